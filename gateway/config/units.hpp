// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// parse_duration reads a span as nginx does (nginx.org/en/docs/syntax.html): numbers with the
/// units ms s m h d w M y, the larger first, each at most once, spaces between allowed: "30s", "1h
/// 30m", "500ms". A number without a unit is seconds, and stands last. A month is 30 days, a year
/// 365. At most 100 years.
[[nodiscard]] Parsed<Milliseconds> parse_duration(std::string_view text);

/// parse_size reads a number of bytes as nginx does: "1024", "16k", "8m", "1g"; the units are
/// powers of 1024.
[[nodiscard]] Parsed<std::uint64_t> parse_size(std::string_view text);

/// parse_count reads a decimal number that stands inside a string value, such as the 3 of
/// "max_fails=3".
[[nodiscard]] Parsed<std::uint32_t> parse_count(std::string_view text, std::uint32_t min,
                                                std::uint32_t max);

/// parse_time reads a point in time: RFC 3339 ("2026-01-31T08:00:00Z", "...+02:00"), a date
/// (midnight UTC) or seconds since 1970.
[[nodiscard]] Parsed<UnixSeconds> parse_time(std::string_view text);

}  // namespace signgate::config
