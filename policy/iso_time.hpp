// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace signgate::policy {

/// parse_iso_time reads what the Date operators of a policy compare: milliseconds since 1970-01-01
/// UTC from one of the W3C profile's forms of ISO 8601 ("2030", "2030-01", "2030-01-31",
/// "2030-01-31T08:00Z", "2030-01-31T08:00:00.5+02:00"; a time of day needs its zone), or from epoch
/// seconds, which are five digits or more. What is left out is its least value. Nothing for any
/// other text, for a date that does not exist, and beyond the year 9999. Any thread. Source: IAM
/// User Guide, "Date condition operators"; W3C note "Date and Time Formats".
[[nodiscard]] std::optional<std::int64_t> parse_iso_time(std::string_view text) noexcept;

}  // namespace signgate::policy
