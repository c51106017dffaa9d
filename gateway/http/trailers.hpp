// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/http/field_lines.hpp"

namespace signgate::http {

/// takes_trailers says whether TE asks for trailers (RFC 9110 section 10.1.4).
[[nodiscard]] bool takes_trailers(const Fields& fields) noexcept;

/// parse_trailers adds to `out` the fields of a trailer section, one line each with CRLF, that may
/// be passed on: none that frame, route, authorise or describe the message, since their readers
/// have acted without them. Errors are `side`'s, as in a head. Source: RFC 9110 section 6.5.1.
[[nodiscard]] Result<void> parse_trailers(std::string_view lines, Side side, Fields& out);

}  // namespace signgate::http
