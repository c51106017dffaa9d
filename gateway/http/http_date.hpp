// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"

namespace signgate::http {

/// parse_http_date reads the three forms of an HTTP date: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday,
/// 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. Exact in form, except that the day's
/// name need not agree with the date. A two-digit year more than 50 years after `now` is in the
/// past century. A leap second counts as the second after. Nothing for all else, which for Expires
/// means "in the past". Source: RFC 9110 section 5.6.7.
[[nodiscard]] std::optional<UnixSeconds> parse_http_date(std::string_view text,
                                                         UnixSeconds now) noexcept;

/// format_http_date writes the preferred form (IMF-fixdate); years 1 to 9999, nearest one beyond.
[[nodiscard]] std::string format_http_date(UnixSeconds time);

}  // namespace signgate::http
