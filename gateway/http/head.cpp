// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/head.hpp"

#include "gateway/base/limits.hpp"
#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

Error refused(Side side, std::string detail) {
  const ErrorCode code = side == Side::client ? ErrorCode::bad_request : ErrorCode::bad_response;
  return {code, side, Retry::no, std::move(detail)};
}

// What may stand in a request target: no controls, no space, no DEL. Bytes above 0x7f pass as in
// nginx.
bool is_clean_target(std::string_view target) {
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) return false;
  }
  return true;
}

Result<void> split_target(RequestHead& out) {
  std::string_view rest = out.target;
  if (rest == "*") {
    if (out.method != Method::options) return refused(Side::client, "asterisk-form of a target");
    out.path = rest;
    return {};
  }
  if (rest.front() != '/') {
    const std::size_t scheme = rest.find("://");
    if (scheme == std::string_view::npos ||
        (!equal_ignoring_case(rest.substr(0, scheme), "http") &&
         !equal_ignoring_case(rest.substr(0, scheme), "https"))) {
      return refused(Side::client, "request target is no path and no http URL");
    }
    rest.remove_prefix(scheme + 3);
    const std::size_t end = rest.find_first_of("/?#");
    out.authority = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
    if (out.authority.empty() || !is_valid_host(out.authority)) {
      return refused(Side::client, "invalid authority in the request target");
    }
  }
  // What stands behind a "#" is no part of what is asked for, and goes no further (nginx, which
  // sends it on where proxy_pass has no URI part).
  if (const std::size_t fragment = rest.find('#'); fragment != std::string_view::npos) {
    if (fragment == 0) return refused(Side::client, "request target without a path");
    rest = rest.substr(0, fragment);
  }
  const std::size_t question = rest.find('?');
  out.path = rest.substr(0, question);
  out.has_query = question != std::string_view::npos;
  out.query = out.has_query ? rest.substr(question + 1) : std::string_view();
  return {};
}

// "HTTP/1.<minor>" exactly; a higher minor of the same major is handled as 1.1 (RFC 9110
// section 2.5).
Result<std::uint8_t> parse_version(std::string_view text, Side side) {
  if (text.size() != 8 || !text.starts_with("HTTP/") || !is_digit(text[5]) || text[6] != '.' ||
      !is_digit(text[7])) {
    return refused(side, "malformed HTTP version");
  }
  if (text[5] != '1') {
    if (text[5] == '0') return refused(side, "malformed HTTP version");
    const ErrorCode code =
        side == Side::client ? ErrorCode::version_not_supported : ErrorCode::bad_response;
    return Error{code, side, Retry::no, "HTTP version is not 1.x"};
  }
  return static_cast<std::uint8_t>(text[7] == '0' ? 0 : 1);
}

constexpr std::uint64_t bit_of(HeaderId id) {
  return std::uint64_t{1} << static_cast<unsigned>(id);
}

// Fields of which a request has one, as nginx (ngx_http_process_unique_header_line): of two, this
// side and who stands behind might each take another. The lengths of a body are framing's matter.
constexpr std::uint64_t unique_fields =
    bit_of(HeaderId::authorization) | bit_of(HeaderId::content_range) | bit_of(HeaderId::expect) |
    bit_of(HeaderId::host) | bit_of(HeaderId::if_match) | bit_of(HeaderId::if_modified_since) |
    bit_of(HeaderId::if_none_match) | bit_of(HeaderId::if_range) |
    bit_of(HeaderId::if_unmodified_since) | bit_of(HeaderId::proxy_authorization);
static_assert(static_cast<unsigned>(HeaderId::x_forwarded_for) < 64);

Error not_allowed() {
  return {ErrorCode::method_not_allowed, Side::client, Retry::no, "CONNECT and TRACE are refused"};
}

// Host decides the route and may be the cache key of whatever stands before us: one, and a valid
// one.
Result<void> check_fields(const RequestHead& head) {
  std::uint64_t seen = 0;
  const Field* host = nullptr;
  for (const Field& field : head.fields) {
    const std::uint64_t bit = bit_of(field.id) & unique_fields;
    if ((seen & bit) != 0) return refused(Side::client, "more than one " + std::string(field.name));
    seen |= bit;
    if (field.id == HeaderId::host) host = &field;
  }
  if (host == nullptr) {
    if (head.minor == 0) return {};
    return refused(Side::client, "no Host");
  }
  if (host->value.empty() && head.authority.empty() && head.minor != 0) {
    return refused(Side::client, "empty Host");
  }
  if (!is_valid_host(host->value)) return refused(Side::client, "invalid Host");
  return {};
}

}  // namespace

Method method_of(std::string_view name) noexcept {
  switch (name.size()) {
    case 3:
      return name == "GET" ? Method::get : name == "PUT" ? Method::put : Method::other;
    case 4:
      return name == "POST" ? Method::post : name == "HEAD" ? Method::head : Method::other;
    case 5:
      return name == "PATCH" ? Method::patch : name == "TRACE" ? Method::trace : Method::other;
    case 6:
      return name == "DELETE" ? Method::delete_ : Method::other;
    case 7:
      return name == "OPTIONS"   ? Method::options
             : name == "CONNECT" ? Method::connect
                                 : Method::other;
    default:
      return Method::other;
  }
}

bool is_idempotent(Method method) noexcept {
  switch (method) {
    case Method::get:
    case Method::head:
    case Method::put:
    case Method::delete_:
    case Method::options:
    case Method::trace:
      return true;
    default:
      return false;
  }
}

std::string_view find_host(std::string_view begun) noexcept {
  std::string_view rest = begun;
  const std::string_view line = take_line(rest);
  if (rest.empty()) return {};
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return {};
  const std::string_view target = line.substr(space + 1, line.find(' ', space + 1) - space - 1);
  if (const std::size_t scheme = target.find("://");
      scheme != std::string_view::npos && !target.starts_with('/')) {
    const std::string_view authority = target.substr(scheme + 3);
    return authority.substr(0, authority.find_first_of("/?#"));
  }
  while (rest.find('\n') != std::string_view::npos) {
    const std::string_view field = take_line(rest);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) return {};
    if (equal_ignoring_case(field.substr(0, colon), "host"))
      return trim_ows(field.substr(colon + 1));
  }
  return {};
}

Result<void> parse_request_head(std::string_view bytes, const HeadRules& rules, RequestHead& out,
                                const NamedRules& named) {
  out.fields.clear();
  out.method_name = out.target = out.path = out.query = out.authority = {};
  out.method = Method::other;
  out.has_query = out.has_line = false;
  out.minor = 1;
  std::string_view rest = bytes;
  out.line = take_line(rest);
  if (out.line.size() > rules.max_line) {
    return Error{ErrorCode::uri_too_long, Side::client, Retry::no, "the request line is too long"};
  }
  const std::size_t first = out.line.find(' ');
  const std::size_t last = out.line.rfind(' ');
  if (first == std::string_view::npos || first == 0 || last == first) {
    return refused(Side::client, "malformed request line");
  }
  out.method_name = out.line.substr(0, first);
  for (const char c : out.method_name) {
    // As nginx: of the bytes of a token these alone.
    if ((c < 'A' || c > 'Z') && c != '_' && c != '-')
      return refused(Side::client, "invalid method");
  }
  out.method = method_of(out.method_name);
  out.target = out.line.substr(first + 1, last - first - 1);
  if (out.target.empty() || !is_clean_target(out.target)) {
    return refused(Side::client, "invalid request target");
  }
  const auto minor = parse_version(out.line.substr(last + 1), Side::client);
  if (!minor) return minor.error();
  out.minor = *minor;
  out.has_line = true;
  // What else is wrong with them does not count; the rest is read for the answer and the log.
  const bool is_allowed = out.method != Method::connect && out.method != Method::trace;
  const auto split = split_target(out);
  if (!split && is_allowed) return split.error();
  if (!split) return not_allowed();
  const bool is_absolute = named && !out.authority.empty();
  const auto fields = is_absolute
                          ? parse_field_lines(rest, Side::client, named(out.authority), out.fields)
                          : parse_field_lines(rest, Side::client, rules, out.fields, named);
  if (!is_allowed) return not_allowed();
  if (!fields) return fields.error();
  return check_fields(out);
}

Result<void> parse_response_head(std::string_view bytes, ResponseHead& out) {
  out.fields.clear();
  std::string_view rest = bytes;
  const std::string_view line = take_line(rest);
  if (line.size() < 12 || line[8] != ' ') return refused(Side::upstream, "malformed status line");
  const auto minor = parse_version(line.substr(0, 8), Side::upstream);
  if (!minor) return minor.error();
  out.minor = *minor;
  out.status = 0;
  for (std::size_t i = 9; i < 12; ++i) {
    if (!is_digit(line[i])) return refused(Side::upstream, "malformed status code");
    out.status = out.status * 10 + (line[i] - '0');
  }
  if (out.status < 100) return refused(Side::upstream, "status code out of range");
  if (line.size() > 12 && line[12] != ' ') return refused(Side::upstream, "malformed status line");
  out.reason = line.size() > 13 ? line.substr(13) : std::string_view();
  if (!is_clean_value(out.reason)) return refused(Side::upstream, "control byte in the reason");
  // Who reads the head bounds it (proxy_buffer_size). nginx passes names on that it drops from
  // requests.
  constexpr HeadRules rules{.max_line = limits::mib,
                            .max_head = limits::mib,
                            .max_fields = limits::response_fields,
                            .ignore_invalid_headers = true,
                            .underscores_in_headers = true,
                            .odd_names = true};
  return parse_field_lines(rest, Side::upstream, rules, out.fields);
}

}  // namespace signgate::http
