// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/variables.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/http/text.hpp"
#include "gateway/route/access_variables.hpp"
#include "gateway/route/log_escape.hpp"
#include "gateway/route/query.hpp"
#include "gateway/route/request_variables.hpp"
#include "gateway/route/tls_values.hpp"
#include "gateway/route/trace_variables.hpp"
#include "gateway/route/upstream_variables.hpp"
#include "gateway/route/variable_text.hpp"

namespace signgate::route {

enum class Template::Variable : std::uint8_t {
  literal,
  arg,
  cookie,
  http,
  sent_http,
  elsewhere,  // Segment::append knows it
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
  uri,
};

namespace {

std::string_view host_name() {
  static const std::string name = [] {
    std::array<char, 256> text{};
    ::gethostname(text.data(), text.size() - 1);
    return std::string(text.data());
  }();
  return name;
}

}  // namespace

Template::Template(std::string_view text, std::span<const std::string> secrets) {
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty())
      segments_.push_back({Variable::literal, std::exchange(literal, {}), nullptr});
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
    // As in nginx "$1x" is the first capture and an "x".
    if (!text.empty() && text[0] >= '1' && text[0] <= '9') length = 1;
    while (length < text.size() && !(length == 1 && http::is_digit(text[0])) &&
           (http::is_alpha(text[length]) || http::is_digit(text[length]) || text[length] == '_')) {
      ++length;
    }
    flush();
    segments_.push_back(segment_of(text.substr(0, length)));
    segments_.back().guard = guard_of(text.substr(0, length), secrets);
    text.remove_prefix(length);
    if (braced && text.starts_with('}')) text.remove_prefix(1);
  }
  flush();
}

Template::Segment Template::segment_of(std::string_view name) {
  using enum Variable;
  static constexpr std::pair<std::string_view, Variable> prefixes[] = {
      {"arg_", arg}, {"cookie_", cookie}, {"http_", http}, {"sent_http_", sent_http}};
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
    if (known == name) return {variable, {}, nullptr};
  }
  for (const auto find : {&find_request_variable, &find_access_variable, &find_upstream_variable,
                          &find_trace_variable}) {
    if (const auto found = find(name))
      return {elsewhere, std::string(found->text), found->append, found->is_there};
  }
  if (const TlsAppender found = find_tls_appender(name)) return {elsewhere, {}, found};
  for (const auto& [prefix, variable] : prefixes) {
    if (name.starts_with(prefix))
      return {variable, std::string(name.substr(prefix.size())), nullptr};
  }
  // What is left was defined by the configuration, which has checked the name.
  return {elsewhere, std::string(name), &append_defined, &is_defined};
}

void Template::append(const VariableValues& values, Escape escape, std::string& out) const {
  thread_local std::string scratch;
  for (const Segment& segment : segments_) {
    if (segment.variable == Variable::literal) {
      out += segment.text;
    } else if (escape == Escape::none || escape == Escape::line) {
      const std::size_t before = out.size();
      append_variable(segment, values, out);
      if (escape == Escape::line) escape_in_line(out, before);
    } else {
      scratch.clear();
      append_variable(segment, values, scratch);
      append_logged(segment, values, escape, scratch, out);
    }
  }
}

bool Template::has_secret() const noexcept {
  return std::any_of(segments_.begin(), segments_.end(),
                     [](const Segment& segment) { return segment.guard == Guard::mask; });
}

// Whether a variable without a text has a value all the same, which nginx shows as "" and not "-".
bool Template::is_there(const Segment& segment, const VariableValues& values) {
  switch (segment.variable) {
    case Variable::arg:
      return query_argument(args_of(values), segment.text).data() != nullptr;
    case Variable::cookie:
      return values.request != nullptr &&
             cookie_value(values.request->fields, segment.text).data() != nullptr;
    case Variable::http:
      return values.request != nullptr && has_field(values.request->fields, segment.text);
    case Variable::sent_http:
      return values.sent != nullptr && has_field(*values.sent, segment.text);
    case Variable::elsewhere:
      return segment.is_there != nullptr && segment.is_there(segment.text, values);
    case Variable::host:
    case Variable::https:
    case Variable::is_args:
    case Variable::server_name:
      return true;
    default:
      return false;
  }
}

void Template::append_logged(const Segment& segment, const VariableValues& values, Escape escape,
                             std::string& value, std::string& out) {
  guard(segment.guard, value);
  if (escape == Escape::log_json) {
    append_json_escaped(value, out);
  } else if (escape == Escape::log_plain) {
    out += value;
  } else if (!value.empty() || !is_there(segment, values)) {
    append_log_escaped(value, out);
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
    case elsewhere:
      segment.append(segment.text, values, out);
      break;
    case args:
      out += args_of(values);
      break;
    case body_bytes_sent:
      append_number(progress_of(values).body_bytes_sent, out);
      break;
    case bytes_sent:
      append_number(progress_of(values).bytes_sent, out);
      break;
    case connection:
      append_number(values.connection, out);
      break;
    case connection_requests:
      append_number(values.connection_requests, out);
      break;
    case content_length:
      if (values.held_length)
        append_number(*values.held_length, out);
      else
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
      append_seconds(
          std::chrono::duration_cast<Milliseconds>(progress_of(values).now.time_since_epoch()),
          out);
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
      if (values.proxy_port != 0) append_number(values.proxy_port, out);
      break;
    case remote_addr:
      out += values.remote_addr;
      break;
    case remote_port:
      if (values.remote_port != 0) append_number(values.remote_port, out);
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
      append_number(progress_of(values).request_length, out);
      break;
    case request_method:
      out += method_of(values);
      break;
    case request_time:
      append_seconds(progress_of(values).request_time, out);
      break;
    case request_uri:
      append_request_uri(head, out);
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
      if (values.server_port != 0) append_number(values.server_port, out);
      break;
    case server_protocol:
      if (values.request != nullptr) out += head.minor == 0 ? "HTTP/1.0" : "HTTP/1.1";
      break;
    case status:
      if (values.status < 100) out += "00";
      append_number(values.status, out);
      break;
    case time_iso8601:
      append_time(progress_of(values).now, "%Y-%m-%dT%H:%M:%S%z", out);
      break;
    case time_local:
      append_time(progress_of(values).now, "%d/%b/%Y:%H:%M:%S %z", out);
      break;
    case uri:
      out += values.uri;
      break;
  }
}

}  // namespace signgate::route
