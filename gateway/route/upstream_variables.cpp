// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/upstream_variables.hpp"

#include <array>
#include <utility>

#include "gateway/http/proxy_fields.hpp"

namespace signgate::route {
namespace {

using Append = void (*)(std::string_view, const VariableValues&, std::string&);

template <UpstreamFact fact>
void append_fact(std::string_view, const VariableValues& values, std::string& out) {
  append_upstream(values.tries, fact, out);
}

void append_capture(std::string_view number, const VariableValues& values, std::string& out) {
  if (values.captured != nullptr)
    out += values.captured->numbered[static_cast<std::size_t>(number.front() - '0')];
}

const http::ProxyHeader& header_of(const VariableValues& values) {
  static const http::ProxyHeader none;
  const bool known = values.proxy_protocol != nullptr && values.proxy_protocol->known;
  return known ? *values.proxy_protocol : none;
}

void append_source_address(std::string_view, const VariableValues& values, std::string& out) {
  out += header_of(values).source_address;
}

void append_source_port(std::string_view, const VariableValues& values, std::string& out) {
  if (header_of(values).known) out += std::to_string(header_of(values).source_port);
}

void append_destination_address(std::string_view, const VariableValues& values, std::string& out) {
  out += header_of(values).destination_address;
}

void append_destination_port(std::string_view, const VariableValues& values, std::string& out) {
  if (header_of(values).known) out += std::to_string(header_of(values).destination_port);
}

void append_proxy_field(std::string_view name, const VariableValues& values, std::string& out) {
  http::append_proxy_field(header_of(values).fields, name, out);
}

bool has_proxy_field(std::string_view name, const VariableValues& values) {
  std::string value;
  return http::append_proxy_field(header_of(values).fields, name, value);
}

constexpr std::array<std::pair<std::string_view, Append>, 12> variables = {{
    {"upstream_addr", &append_fact<UpstreamFact::addr>},
    {"upstream_status", &append_fact<UpstreamFact::status>},
    {"upstream_connect_time", &append_fact<UpstreamFact::connect_time>},
    {"upstream_header_time", &append_fact<UpstreamFact::header_time>},
    {"upstream_response_time", &append_fact<UpstreamFact::response_time>},
    {"upstream_bytes_received", &append_fact<UpstreamFact::bytes_received>},
    {"upstream_bytes_sent", &append_fact<UpstreamFact::bytes_sent>},
    {"upstream_response_length", &append_fact<UpstreamFact::response_length>},
    {"proxy_protocol_addr", &append_source_address},
    {"proxy_protocol_port", &append_source_port},
    {"proxy_protocol_server_addr", &append_destination_address},
    {"proxy_protocol_server_port", &append_destination_port},
}};

}  // namespace

std::optional<AccessVariable> find_upstream_variable(std::string_view name) noexcept {
  if (name.size() == 1 && name.front() >= '1' && name.front() <= '9')
    return AccessVariable{&append_capture, name};
  constexpr std::string_view field = "proxy_protocol_tlv_";
  if (name.starts_with(field))
    return AccessVariable{&append_proxy_field, name.substr(field.size()), &has_proxy_field};
  for (const auto& [known, append] : variables) {
    if (known == name) return AccessVariable{append, {}};
  }
  return std::nullopt;
}

}  // namespace signgate::route
