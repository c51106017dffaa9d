// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/http/field_lines.hpp"
#include "gateway/http/fields.hpp"
#include "gateway/http/head_end.hpp"
#include "gateway/http/host.hpp"

namespace signgate::http {

/// Method is a request's method; `other` covers every name that needs no rule of its own.
enum class Method : std::uint8_t {
  get,
  head,
  post,
  put,
  delete_,
  options,
  patch,
  trace,
  connect,
  other
};

/// method_of maps a method's name, case-sensitively (RFC 9110 section 9.1).
[[nodiscard]] Method method_of(std::string_view name) noexcept;

/// is_idempotent: RFC 9110 section 9.2.2. nginx repeats no other after it was sent
/// (proxy_next_upstream).
[[nodiscard]] bool is_idempotent(Method method) noexcept;

/// RequestHead is a parsed request line and header section: views into the buffer that was parsed.
struct RequestHead {
  std::string_view line;  // the whole request line, for logs
  std::string_view method_name;
  Method method = Method::other;
  std::string_view target;  // as it came: origin-form, absolute-form or "*"
  std::string_view path;    // its path, "" in absolute-form without one
  std::string_view query;   // what follows "?", without it; neither has a fragment
  bool has_query = false;
  std::string_view authority;  // of absolute-form, else empty
  std::uint8_t minor = 1;      // HTTP/1.<minor>, 0 or 1 (a higher minor is treated as 1)
  bool has_line = false;       // the request line has a method, a target and a version
  Fields fields;
};

/// ResponseHead is a parsed status line and header section.
struct ResponseHead {
  std::uint8_t minor = 1;
  int status = 0;
  std::string_view reason;
  Fields fields;
};

/// find_host is the host that a begun head names in its whole lines, as it is written there: the
/// authority of an absolute target, else the value of the first Host line. Empty without one.
[[nodiscard]] std::string_view find_host(std::string_view begun) noexcept;

/// parse_request_head reads the head that `bytes` holds whole (HeadEnd says where it ends). On
/// failure the error is the client's, and its code picks 400, 414, 405 or 505. Obs-fold, bare CR,
/// NUL, a method with other bytes than A to Z, "_" and "-", a name that is empty or has a space, a
/// control byte or DEL in it, a line without colon and a second line of a field that a request has
/// once (Host, Authorization, Proxy-Authorization, Content-Range, Expect and the If- fields) are
/// refused; names that nginx calls invalid are dropped or refused by `rules`, and once the host is
/// known by `named`'s. What was read before an error stays in `out`. Source: RFC 9112 sections 2.2,
/// 3, 5; nginx ignore_invalid_headers, underscores_in_headers, max_headers and
/// ngx_http_process_unique_header_line.
[[nodiscard]] Result<void> parse_request_head(std::string_view bytes, const HeadRules& rules,
                                              RequestHead& out, const NamedRules& named = {});

/// parse_response_head is the same for an upstream's answer; errors are the upstream's. Names that
/// nginx calls invalid are kept, as nginx passes them on, and no field is refused for its second
/// line. A status line without reason is taken, and so is every status from 100 to 999: what those
/// above 599 mean is between application and client (nginx, ngx_http_parse_status_line).
[[nodiscard]] Result<void> parse_response_head(std::string_view bytes, ResponseHead& out);

}  // namespace signgate::http
