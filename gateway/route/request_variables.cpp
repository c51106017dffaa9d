// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/request_variables.hpp"

#include <charconv>

#include "gateway/base/limits.hpp"
#include "gateway/http/field_lines.hpp"
#include "gateway/http/text.hpp"
#include "gateway/http/trailers.hpp"
#include "gateway/route/query.hpp"
#include "gateway/route/request_facts.hpp"
#include "gateway/route/variable_text.hpp"

namespace signgate::route {
namespace {

bool is_always(std::string_view, const VariableValues&) {
  return true;
}

void append_connection_time(std::string_view, const VariableValues& values, std::string& out) {
  if (values.facts != nullptr) append_seconds(values.facts->connection_time(), out);
}

template <std::uint64_t Connections::*which>
void append_connections(std::string_view, const VariableValues& values, std::string& out) {
  if (values.facts != nullptr) append_number(values.facts->connections().*which, out);
}

template <std::uint32_t TcpState::*which>
void append_tcp(std::string_view, const VariableValues& values, std::string& out) {
  if (values.facts == nullptr) return;
  if (const auto state = values.facts->tcp_state()) append_number((*state).*which, out);
}

void append_completion(std::string_view, const VariableValues& values, std::string& out) {
  if (values.facts != nullptr && values.facts->is_complete()) out += "OK";
}

void append_limit_rate(std::string_view, const VariableValues& values, std::string& out) {
  if (values.facts != nullptr) append_number(values.facts->limit_rate(), out);
}

// Hundredths, rounded by the third digit as nginx does it.
void append_gzip_ratio(std::string_view, const VariableValues& values, std::string& out) {
  const auto sizes = values.facts != nullptr ? values.facts->gzip_sizes() : std::nullopt;
  if (!sizes || sizes->coded == 0) return;
  std::uint64_t hundredths = sizes->plain * 100 / sizes->coded;
  if (sizes->plain * 1000 / sizes->coded % 10 > 4) ++hundredths;
  append_number(hundredths / 100, out);
  out += {'.', static_cast<char>('0' + hundredths / 10 % 10),
          static_cast<char>('0' + hundredths % 10)};
}

// HTTP/1 is spoken, and no answer comes from a cache: they stand in formats made for nginx.
void append_nothing(std::string_view, const VariableValues&, std::string&) {}

void append_body_file(std::string_view, const VariableValues& values, std::string& out) {
  if (values.facts != nullptr) values.facts->append_body_file(out);
}

// The port that the target or Host names; 0 = none.
std::uint16_t port_of(const VariableValues& values) {
  if (values.request == nullptr) return 0;
  std::string_view text = values.request->authority;
  if (text.empty())
    text = values.request->fields.value(http::HeaderId::host).value_or(std::string_view());
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.find(']', colon) != std::string_view::npos) return 0;
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data() + colon + 1, end, port);
  return code == std::errc() && stop == end ? port : std::uint16_t(0);
}

void append_port(std::string_view, const VariableValues& values, std::string& out) {
  if (const std::uint16_t port = port_of(values)) append_number(port, out);
}

void append_is_port(std::string_view, const VariableValues& values, std::string& out) {
  if (port_of(values) != 0) out += ':';
}

// As in nginx "keep-alive" stands for a kept connection also where HTTP/1.1 need not say so.
void append_connection(std::string_view, const VariableValues& values, std::string& out) {
  constexpr int switching_protocols = 101;
  if (values.facts == nullptr) return;
  if (values.status == switching_protocols) {
    out += "upgrade";
  } else {
    out += values.facts->sent_framing().keeps_alive ? "keep-alive" : "close";
  }
}

void append_length(std::string_view, const VariableValues& values, std::string& out) {
  if (values.facts == nullptr) return;
  if (const auto length = values.facts->sent_framing().content_length) append_number(*length, out);
}

void append_keep_alive(std::string_view, const VariableValues& values, std::string& out) {
  if (values.facts == nullptr) return;
  const SentFraming framing = values.facts->sent_framing();
  if (!framing.keeps_alive || framing.keep_alive_for == 0) return;
  out += "timeout=";
  append_number(framing.keep_alive_for, out);
}

void append_transfer_encoding(std::string_view, const VariableValues& values, std::string& out) {
  if (values.facts != nullptr && values.facts->sent_framing().chunked) out += "chunked";
}

std::string_view upstream_cookie(std::string_view name, const VariableValues& values) {
  return values.upstream != nullptr ? set_cookie_value(*values.upstream, name) : std::string_view();
}

void append_upstream_cookie(std::string_view name, const VariableValues& values, std::string& out) {
  out += upstream_cookie(name, values);
}

bool has_upstream_cookie(std::string_view name, const VariableValues& values) {
  return upstream_cookie(name, values).data() != nullptr;
}

http::Fields upstream_trailers(const VariableValues& values) {
  http::Fields fields;
  if (values.facts == nullptr) return fields;
  const auto parsed =
      http::parse_trailers(values.facts->upstream_trailers(), Side::upstream, fields);
  static_cast<void>(parsed);  // who passes them on tells of it
  return fields;
}

http::Fields sent_trailers(const VariableValues& values) {
  constexpr http::HeadRules rules{.max_line = limits::trailer_section,
                                  .max_head = limits::trailer_section,
                                  .underscores_in_headers = true};
  http::Fields fields;
  if (values.facts == nullptr) return fields;
  const auto parsed =
      http::parse_field_lines(values.facts->sent_trailers(), Side::own, rules, fields);
  static_cast<void>(parsed);
  return fields;
}

template <http::Fields (*trailers)(const VariableValues&)>
void append_trailer(std::string_view name, const VariableValues& values, std::string& out) {
  append_field(trailers(values), name, out);
}

template <http::Fields (*trailers)(const VariableValues&)>
bool has_trailer(std::string_view name, const VariableValues& values) {
  return has_field(trailers(values), name);
}

struct Named {
  std::string_view name;
  AccessVariable variable;
};

constexpr Named variables[] = {
    {"connection_time", {&append_connection_time, {}}},
    {"connections_active", {&append_connections<&Connections::active>, {}}},
    {"connections_reading", {&append_connections<&Connections::reading>, {}}},
    {"connections_waiting", {&append_connections<&Connections::waiting>, {}}},
    {"connections_writing", {&append_connections<&Connections::writing>, {}}},
    {"gzip_ratio", {&append_gzip_ratio, {}}},
    {"http2", {&append_nothing, {}, &is_always}},
    {"is_request_port", {&append_is_port, {}, &is_always}},
    {"limit_rate", {&append_limit_rate, {}}},
    {"request_body_file", {&append_body_file, {}}},
    {"request_completion", {&append_completion, {}, &is_always}},
    {"request_port", {&append_port, {}, &is_always}},
    {"sent_http_connection", {&append_connection, {}}},
    {"sent_http_content_length", {&append_length, {}}},
    {"sent_http_keep_alive", {&append_keep_alive, {}}},
    {"sent_http_transfer_encoding", {&append_transfer_encoding, {}}},
    {"tcpinfo_rcv_space", {&append_tcp<&TcpState::rcv_space>, {}}},
    {"tcpinfo_rtt", {&append_tcp<&TcpState::rtt>, {}}},
    {"tcpinfo_rttvar", {&append_tcp<&TcpState::rttvar>, {}}},
    {"tcpinfo_snd_cwnd", {&append_tcp<&TcpState::snd_cwnd>, {}}},
    {"upstream_cache_status", {&append_nothing, {}}},
};

constexpr Named prefixes[] = {
    {"sent_trailer_", {&append_trailer<&sent_trailers>, {}, &has_trailer<&sent_trailers>}},
    {"upstream_cookie_", {&append_upstream_cookie, {}, &has_upstream_cookie}},
    {"upstream_trailer_",
     {&append_trailer<&upstream_trailers>, {}, &has_trailer<&upstream_trailers>}},
};

}  // namespace

std::optional<AccessVariable> find_request_variable(std::string_view name) noexcept {
  for (const auto& [known, variable] : variables) {
    // The names of fields have no case.
    const bool of_field = known.starts_with("sent_http_") && name.starts_with("sent_http_");
    if (of_field ? http::equal_ignoring_case(known, name) : known == name) return variable;
  }
  for (const auto& [prefix, variable] : prefixes) {
    if (!name.starts_with(prefix)) continue;
    AccessVariable found = variable;
    found.text = name.substr(prefix.size());
    return found;
  }
  return std::nullopt;
}

}  // namespace signgate::route
