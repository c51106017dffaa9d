// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/upstream_request.hpp"

#include <array>

#include "gateway/http/accept_encoding.hpp"
#include "gateway/http/connection_options.hpp"
#include "gateway/http/head_writer.hpp"
#include "gateway/http/path.hpp"
#include "gateway/http/text.hpp"
#include "gateway/http/trace_context.hpp"
#include "gateway/http/trailers.hpp"
#include "gateway/route/dynamic_target.hpp"

namespace signgate::proxy {
namespace {

using http::HeaderId;

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

bool is_configured(const route::Route& route, HeaderId id) {
  for (const route::HeaderSetting& setting : route.headers) {
    if (setting.id == id) return true;
  }
  return false;
}

bool sets_trace(const route::Route& route) {
  for (const route::HeaderSetting& setting : route.headers) {
    if (http::equal_ignoring_case(setting.name, "traceparent")) return true;
  }
  return false;
}

bool is_read(const http::RequestHead& request) {
  return request.method == http::Method::get || request.method == http::Method::head;
}

// What a route that signs says to upstream in place of the client's own conditions; what the route
// sets itself stays as it is set.
void append_conditions(const route::Route& route, const http::RequestHead& request, UnixSeconds now,
                       UpstreamRequest& out) {
  const route::SignSet& set = *route.signing;
  constexpr std::array<std::string_view, 4> decodable = {"gzip", "deflate", "br", "zstd"};
  const std::string accepted = http::join_lines(request.fields, HeaderId::accept_encoding);
  const std::string none_match = http::join_lines(request.fields, HeaderId::if_none_match);
  const std::string match = http::join_lines(request.fields, HeaderId::if_match);
  if (!accepted.empty() && !is_configured(route, HeaderId::accept_encoding)) {
    append_field(out.head, "Accept-Encoding", http::narrow_accept_encoding(accepted, decodable));
  }
  if (!none_match.empty() && !is_configured(route, HeaderId::if_none_match)) {
    if (!is_read(request)) {
      const std::string value = http::unwrap_precondition(none_match);
      if (!value.empty()) append_field(out.head, "If-None-Match", value);
    } else if (!set.per_viewer) {
      // A page bound to its viewer's address is made anew for each request.
      out.revalidation = http::unwrap_if_none_match(none_match, {.now = now,
                                                                 .rule_set = set.rule_set,
                                                                 .page_life = set.page_life,
                                                                 .accept_encoding = accepted});
      if (out.revalidation) append_field(out.head, out.revalidation->name, out.revalidation->value);
    }
  }
  if (!match.empty() && !is_configured(route, HeaderId::if_match)) {
    // A list of nothing can never match, which is what a tag without upstream's own means.
    const std::string value = http::unwrap_precondition(match);
    append_field(out.head, "If-Match", value.empty() ? "\"\"" : value);
  }
}

// Connection, where the route leaves it to us.
void append_connection(const config::ProxyRequest& settings, const http::RequestHead& request,
                       UpstreamRequest& out) {
  if (settings.proxy_http_minor == 0) {
    append_field(out.head, "Connection", "close");
    return;
  }
  if (!settings.proxy_pass_trailers) return;
  if (!http::takes_trailers(request.fields)) return;
  append_field(out.head, "Connection", "TE");
  append_field(out.head, "TE", "trailers");
}

bool is_replaced_when_signing(HeaderId id, const http::RequestHead& request) {
  switch (id) {
    case HeaderId::if_modified_since:
      // Of another method it is no condition, and passes as all else does (RFC 9110, 13.1.3).
      return is_read(request);
    case HeaderId::accept_encoding:
    case HeaderId::if_match:
    case HeaderId::if_none_match:
    case HeaderId::if_range:
    case HeaderId::range:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string upstream_target(const route::Route& route, const http::RequestHead& request,
                            const route::VariableValues& values) {
  const std::string_view uri = values.uri;
  std::string target;
  if (route.proxy->uri) {
    target = *route.proxy->uri;
    if (uri.size() > route.location.size())
      target += http::escape_path(uri.substr(route.location.size()));
  } else if (values.args) {
    target = http::escape_path(uri);
  } else {
    target = request.path.empty() ? std::string_view("/") : request.path;
  }
  if (values.args) {
    if (!values.args->empty()) target.append("?").append(route::sendable(*values.args));
  } else if (request.has_query) {
    target += '?';
    target += request.query;
  }
  return target;
}

UpstreamRequest make_upstream_request(const route::Route& route, const http::RequestHead& request,
                                      const http::Framing& framing,
                                      const route::VariableValues& values, UnixSeconds now,
                                      bool other_body) {
  UpstreamRequest out;
  out.head.reserve(1024);
  const config::ProxyRequest& settings = route.settings.proxy_request;
  if (!route.rules.method.empty()) route.rules.method.append(values, route::Escape::line, out.head);
  if (out.head.empty()) out.head = values.method.empty() ? request.method_name : values.method;
  out.method = http::method_of(out.head);
  out.head += ' ';
  if (values.proxy_uri.empty()) {
    out.head += upstream_target(route, request, values);
  } else {
    out.head += values.proxy_uri;
  }
  out.head += settings.proxy_http_minor == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
  bool has_host = false;
  bool has_connection = false;
  for (const route::HeaderSetting& setting : route.headers) {
    // How the body is framed is not a matter of configuration.
    if (setting.id == HeaderId::content_length || setting.id == HeaderId::transfer_encoding)
      continue;
    const std::size_t before = out.head.size();
    out.head.append(setting.name).append(": ");
    const std::size_t begin = out.head.size();
    setting.value.append(values, route::Escape::line, out.head);
    if (out.head.size() == begin) {
      out.head.resize(before);
      continue;
    }
    out.head += "\r\n";
    has_host = has_host || setting.id == HeaderId::host;
    has_connection = has_connection || setting.id == HeaderId::connection;
    // Only what the client asked for can be agreed on (RFC 9110 section 7.8).
    out.upgrades = out.upgrades || (setting.id == HeaderId::upgrade &&
                                    request.fields.find(HeaderId::upgrade) != nullptr);
  }
  // No HTTP/1.1 request without Host, also when the configured one is empty: an HTTP/1.0 client may
  // name none.
  if (!has_host)
    append_field(
        out.head, "Host",
        values.proxy_host.empty() ? std::string_view(route.proxy->host) : values.proxy_host);
  if (!has_connection) append_connection(settings, request, out);
  if (framing.kind == http::Framing::Kind::chunked) {
    append_field(out.head, "Transfer-Encoding", "chunked");
  } else if (framing.kind == http::Framing::Kind::length) {
    append_field(out.head, "Content-Length", std::to_string(framing.length));
  }
  const http::ConnectionOptions options(request.fields);
  const bool signs = route.signing != nullptr;
  // What the client said of a trace was not valid, and its tracestate means nothing without.
  const bool traces = route.settings.traceparent && !values.traceparent.empty();
  if (traces && !sets_trace(route)) append_field(out.head, "traceparent", values.traceparent);
  if (!settings.proxy_pass_request_headers) {
    out.head += "\r\n";
    return out;
  }
  std::size_t most = 0;
  for (const http::Field& field : request.fields)
    most += http::HeadWriter::field_size(field.name, field.value);
  http::HeadWriter passed_on(out.head, most);
  for (const http::Field& field : request.fields) {
    if (http::is_hop_by_hop(field.id) || field.id == HeaderId::host ||
        field.id == HeaderId::content_length || field.id == HeaderId::expect) {
      continue;
    }
    if (signs && is_replaced_when_signing(field.id, request)) continue;
    if (other_body && http::is_digest(field)) continue;
    if (traces && field.id == HeaderId::other && http::is_trace_field(field.name)) continue;
    if (options.list(field.name)) continue;
    bool configured = false;
    for (const route::HeaderSetting& setting : route.headers) {
      configured =
          configured ||
          (setting.id == field.id &&
           (field.id != HeaderId::other || http::equal_ignoring_case(setting.name, field.name)));
    }
    if (!configured) passed_on.field(field.name, field.value);
  }
  passed_on.finish();
  if (signs) append_conditions(route, request, now, out);
  out.head += "\r\n";
  return out;
}

}  // namespace signgate::proxy
