// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/http/fields.hpp"
#include "gateway/http/head.hpp"

/// How the values of variables are written.
namespace signgate::route {

/// append_number writes a number in decimal.
template <class Number>
void append_number(Number number, std::string& out) {
  std::array<char, 24> digits;
  const auto [end, code] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

/// append_seconds writes seconds with three decimals; nothing for a negative span, which is one
/// that is not known.
void append_seconds(Milliseconds span, std::string& out);

/// append_time writes local time by strftime's `format`: that of $time_local, or else of
/// $time_iso8601.
void append_time(std::chrono::system_clock::time_point now, const char* format, std::string& out);

/// append_field writes all values of the field that `variable` names (lower or upper case, `-`
/// written `_`), joined by ", " as nginx does, and lines of Cookie by "; ".
void append_field(const http::Fields& fields, std::string_view variable, std::string& out);

/// append_request_uri writes the path and query as the client sent them, without the authority of a
/// target in absolute form (nginx, $request_uri).
void append_request_uri(const http::RequestHead& head, std::string& out);

/// has_field says whether there is a field that `variable` names.
[[nodiscard]] bool has_field(const http::Fields& fields, std::string_view variable);

}  // namespace signgate::route
