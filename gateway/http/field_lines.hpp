// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/http/fields.hpp"

namespace signgate::http {

/// HeadRules are the operator's choices for heads; nginx's names.
struct HeadRules {
  std::size_t max_line = 8192;         // large_client_header_buffers: the longest line
  std::size_t max_head = 32768;        // all of it
  std::size_t max_fields = 1000;       // max_headers: lines that are not dropped
  bool ignore_invalid_headers = true;  // drop lines with an invalid name; false: refuse the request
  bool underscores_in_headers = false;  // false: such a name is invalid
  bool odd_names = false;  // true: names with other bytes than a token's are valid, too
};

/// NamedRules leads to the rules of the server that a host names. They hold from the line after
/// Host on, or from the first line on when the target has an authority. Source: nginx,
/// ngx_http_process_request_headers: "the host header could change the server configuration
/// context".
struct NamedRules {
  const void* context = nullptr;  // handed to `of`; lives as long as this is used
  HeadRules (*of)(const void* context, std::string_view host) = nullptr;  // null: none differ

  explicit operator bool() const noexcept { return of != nullptr; }
  /// operator() takes the host as it was written, which need not be a valid one.
  [[nodiscard]] HeadRules operator()(std::string_view host) const { return of(context, host); }
};

/// take_line takes the first line off `rest` and returns it without its end, CRLF or a bare LF
/// (RFC 9112 section 2.2). A CR before that CR is part of the line.
[[nodiscard]] std::string_view take_line(std::string_view& rest) noexcept;

/// is_clean_value says that no byte of a value ends it for a reader down the road: no NUL, no CR.
/// Every other byte is harmless (RFC 9110 section 5.5).
[[nodiscard]] bool is_clean_value(std::string_view value) noexcept;

/// parse_field_lines adds the header lines at the front of `rest` to `out`, up to the empty line or
/// the end. Errors are `side`'s. Obs-fold, bare CR, NUL, a name that is empty or has a space, a
/// control byte or DEL in it, and a line without colon are refused; other names that nginx calls
/// invalid are dropped or refused by `rules`. With `named` the first Host line changes the rules
/// for those behind it. Source: RFC 9112 section 5; nginx, ngx_http_parse_header_line,
/// ignore_invalid_headers, underscores_in_headers.
[[nodiscard]] Result<void> parse_field_lines(std::string_view rest, Side side,
                                             const HeadRules& rules, Fields& out,
                                             const NamedRules& named = {});

}  // namespace signgate::http
