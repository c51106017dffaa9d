// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/variables.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <ctime>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/http/text.hpp"
#include "gateway/route/log_escape.hpp"
#include "gateway/route/query.hpp"

namespace signgate::route {

enum class Template::Variable : std::uint8_t {
  literal,
  arg,
  cookie,
  http,
  sent_http,
  args,
  body_bytes_sent,
  bytes_sent,
  connection,
  connection_requests,
  content_length,
  content_type,
  host,
  hostname,
  https,
  is_args,
  msec,
  nginx_version,
  pid,
  pipe,
  proxy_add_x_forwarded_for,
  proxy_host,
  proxy_port,
  proxy_protocol,
  remote_addr,
  remote_port,
  remote_user,
  request,
  request_body,
  request_id,
  request_length,
  request_method,
  request_time,
  request_uri,
  scheme,
  server_addr,
  server_name,
  server_port,
  server_protocol,
  status,
  time_iso8601,
  time_local,
  upstream,
  uri,
};

namespace {

template <class Number>
void append_number(Number number, std::string& out) {
  std::array<char, 24> digits;
  const auto [end, code] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

// Seconds with three decimals; nothing while it is not known.
void append_seconds(Milliseconds span, std::string& out) {
  if (span.count() < 0) return;
  const auto count = span.count();
  append_number(count / 1000, out);
  const auto rest = count % 1000;
  out += {'.', static_cast<char>('0' + rest / 100), static_cast<char>('0' + rest / 10 % 10),
          static_cast<char>('0' + rest % 10)};
}

void append_time(std::chrono::system_clock::time_point now, const char* format, std::string& out) {
  // A second's text serves all its requests; each thread keeps one for each of the two formats.
  struct Cached {
    const char* format = nullptr;
    std::time_t second = -1;
    std::string text;
  };
  thread_local std::array<Cached, 2> cache;
  Cached& entry = cache[format[1] == 'd' ? 0 : 1];
  const std::time_t second = std::chrono::system_clock::to_time_t(now);
  if (entry.second != second || entry.format != format) {
    std::tm local{};
    ::localtime_r(&second, &local);
    std::array<char, 64> text;
    const std::size_t size = std::strftime(text.data(), text.size(), format, &local);
    entry = {format, second, std::string(text.data(), size)};
    // strftime writes +hhmm, ISO 8601 wants +hh:mm.
    if (format[1] != 'd') entry.text.insert(entry.text.size() - 2, ":");
  }
  out += entry.text;
}

std::string_view host_name() {
  static const std::string name = [] {
    std::array<char, 256> text{};
    ::gethostname(text.data(), text.size() - 1);
    return std::string(text.data());
  }();
  return name;
}

// A header's name with `-` written `_`, as variables have it.
bool names_field(std::string_view variable, std::string_view field) {
  if (variable.size() != field.size()) return false;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const char c = field[i] == '-' ? '_' : http::to_lower(field[i]);
    if (http::to_lower(variable[i]) != c) return false;
  }
  return true;
}

// All values of the field, joined by ", " as nginx does.
void append_field(const http::Fields& fields, std::string_view variable, std::string& out) {
  bool first = true;
  for (const http::Field& field : fields) {
    if (!names_field(variable, field.name)) continue;
    if (!first) out += ", ";
    out += field.value;
    first = false;
  }
}

// $proxy_protocol_addr, _port, _server_addr and _server_port; `part` is what follows the prefix.
void append_proxy_protocol(const http::ProxyHeader* header, std::string_view part,
                           std::string& out) {
  if (header == nullptr || !header->known) return;
  const bool server = part.starts_with('s');
  if (part.ends_with('r')) {
    out += server ? header->destination_address : header->source_address;
  } else {
    append_number(server ? header->destination_port : header->source_port, out);
  }
}

}  // namespace

Template::Template(std::string_view text) {
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) segments_.push_back({Variable::literal, std::exchange(literal, {})});
  };
  while (!text.empty()) {
    if (text.front() != '$') {
      const std::size_t dollar = text.find('$');
      literal += text.substr(0, dollar);
      text.remove_prefix(dollar == std::string_view::npos ? text.size() : dollar);
      continue;
    }
    text.remove_prefix(1);
    std::size_t length = 0;
    const bool braced = text.starts_with('{');
    if (braced) text.remove_prefix(1);
    while (length < text.size() &&
           (http::is_alpha(text[length]) || http::is_digit(text[length]) || text[length] == '_')) {
      ++length;
    }
    flush();
    segments_.push_back(segment_of(text.substr(0, length)));
    text.remove_prefix(length);
    if (braced && text.starts_with('}')) text.remove_prefix(1);
  }
  flush();
}

Template::Segment Template::segment_of(std::string_view name) {
  using enum Variable;
  static constexpr std::pair<std::string_view, Variable> prefixes[] = {
      {"arg_", arg},
      {"cookie_", cookie},
      {"http_", http},
      {"proxy_protocol_", proxy_protocol},
      {"sent_http_", sent_http}};
  static constexpr std::pair<std::string_view, Variable> names[] = {
      {"args", args},
      {"body_bytes_sent", body_bytes_sent},
      {"bytes_sent", bytes_sent},
      {"connection", connection},
      {"connection_requests", connection_requests},
      {"content_length", content_length},
      {"content_type", content_type},
      {"document_uri", uri},
      {"host", host},
      {"hostname", hostname},
      {"https", https},
      {"is_args", is_args},
      {"msec", msec},
      {"nginx_version", nginx_version},
      {"pid", pid},
      {"pipe", pipe},
      {"proxy_add_x_forwarded_for", proxy_add_x_forwarded_for},
      {"proxy_host", proxy_host},
      {"proxy_port", proxy_port},
      {"query_string", args},
      {"remote_addr", remote_addr},
      {"remote_port", remote_port},
      {"remote_user", remote_user},
      {"request", request},
      {"request_body", request_body},
      {"request_id", request_id},
      {"request_length", request_length},
      {"request_method", request_method},
      {"request_time", request_time},
      {"request_uri", request_uri},
      {"scheme", scheme},
      {"server_addr", server_addr},
      {"server_name", server_name},
      {"server_port", server_port},
      {"server_protocol", server_protocol},
      {"status", status},
      {"time_iso8601", time_iso8601},
      {"time_local", time_local},
      {"uri", uri},
  };
  for (const auto& [known, variable] : names) {
    if (known == name) return {variable, {}};
  }
  if (const auto fact = upstream_fact(name))
    return {upstream, std::string(1, static_cast<char>(*fact))};
  for (const auto& [prefix, variable] : prefixes) {
    if (name.starts_with(prefix)) return {variable, std::string(name.substr(prefix.size()))};
  }
  constexpr bool accepted_by_the_configuration = false;
  SIGNGATE_CHECK(accepted_by_the_configuration);
  return {literal, {}};
}

void Template::append(const VariableValues& values, Escape escape, std::string& out) const {
  thread_local std::string scratch;
  for (const Segment& segment : segments_) {
    if (segment.variable == Variable::literal) {
      out += segment.text;
    } else if (escape == Escape::none) {
      append_variable(segment, values, out);
    } else {
      scratch.clear();
      append_variable(segment, values, scratch);
      escape == Escape::log ? append_log_escaped(scratch, out) : append_in_line(scratch, out);
    }
  }
}

void Template::append_variable(const Segment& segment, const VariableValues& values,
                               std::string& out) {
  static const http::RequestHead none;
  const http::RequestHead& head = values.request != nullptr ? *values.request : none;
  const auto field = [&](http::HeaderId id) {
    return head.fields.value(id).value_or(std::string_view());
  };
  switch (segment.variable) {
    using enum Variable;
    case literal:
      out += segment.text;
      break;
    case arg:
      out += query_argument(args_of(values), segment.text);
      break;
    case cookie:
      out += cookie_value(head.fields, segment.text);
      break;
    case http:
      append_field(head.fields, segment.text, out);
      break;
    case sent_http:
      if (values.sent != nullptr) append_field(*values.sent, segment.text, out);
      break;
    case args:
      out += args_of(values);
      break;
    case body_bytes_sent:
      append_number(values.body_bytes_sent, out);
      break;
    case bytes_sent:
      append_number(values.bytes_sent, out);
      break;
    case connection:
      append_number(values.connection, out);
      break;
    case connection_requests:
      append_number(values.connection_requests, out);
      break;
    case content_length:
      out += field(http::HeaderId::content_length);
      break;
    case content_type:
      out += field(http::HeaderId::content_type);
      break;
    case host:
      out += values.host;
      break;
    case hostname:
      out += host_name();
      break;
    case https:
      out += values.scheme == "https" ? "on" : "";
      break;
    case is_args:
      out += args_of(values).empty() ? "" : "?";
      break;
    case msec:
      append_seconds(std::chrono::duration_cast<Milliseconds>(values.now.time_since_epoch()), out);
      break;
    case nginx_version:
      out += "1.31.0";
      break;
    case pid:
      append_number(::getpid(), out);
      break;
    case pipe:
      out += values.pipelined ? "p" : ".";
      break;
    case proxy_add_x_forwarded_for: {
      const std::size_t before = out.size();
      append_field(head.fields, "x_forwarded_for", out);
      if (out.size() != before) out += ", ";
      out += values.remote_addr;
      break;
    }
    case proxy_host:
      out += values.proxy_host;
      break;
    case proxy_port:
      append_number(values.proxy_port, out);
      break;
    case proxy_protocol:
      append_proxy_protocol(values.proxy_protocol, segment.text, out);
      break;
    case remote_addr:
      out += values.remote_addr;
      break;
    case remote_port:
      append_number(values.remote_port, out);
      break;
    case remote_user:
      out += basic_user(field(http::HeaderId::authorization));
      break;
    case request:
      out += values.request_line;
      break;
    case request_body:
      out += values.request_body;
      break;
    case request_id:
      out += values.request_id;
      break;
    case request_length:
      append_number(values.request_length, out);
      break;
    case request_method:
      out += method_of(values);
      break;
    case request_time:
      append_seconds(values.request_time, out);
      break;
    case request_uri:
      out += head.target;
      break;
    case scheme:
      out += values.scheme;
      break;
    case server_addr:
      out += values.server_addr;
      break;
    case server_name:
      out += values.server_name;
      break;
    case server_port:
      append_number(values.server_port, out);
      break;
    case server_protocol:
      if (values.request != nullptr) out += head.minor == 0 ? "HTTP/1.0" : "HTTP/1.1";
      break;
    case status:
      if (values.status < 100) out += "00";
      append_number(values.status, out);
      break;
    case time_iso8601:
      append_time(values.now, "%Y-%m-%dT%H:%M:%S%z", out);
      break;
    case time_local:
      append_time(values.now, "%d/%b/%Y:%H:%M:%S %z", out);
      break;
    case upstream:
      append_upstream(values.upstream, static_cast<UpstreamFact>(segment.text.front()), out);
      break;
    case uri:
      out += values.uri;
      break;
  }
}

}  // namespace signgate::route
