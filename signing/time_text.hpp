// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "signing/error.hpp"

namespace signgate::signing {

/// TimeText is a time that was read, and what of the text was not understood on the way.
struct TimeText {
  UnixSeconds seconds = 0;
  std::string ignored_zone;  // a zone name such as "EST" that was taken for UTC; worth a warning
  bool from_today = false;   // the year, the month or the day is today's; worth one too
};

/// parse_time reads a time as the AWS CLI does (python-dateutil stands behind it), UTC where no
/// zone is given:
/// - epoch seconds: `1893456000`, `1893456000.9`, `1e9`, `-1`; a fraction is cut off. All digits
///   is always this: `20300101` and `2030` are numbers, not dates;
/// - ISO 8601 and RFC 3339: `2030-01-01`, `2030-01-01T12:34:56`, `... 12:34`, `...Z`, `...+05:30`,
///   `20310704T010203Z`;
/// - RFC 822 and the like: `Tue, 01 Jan 2030 00:00:00 GMT`, `Jan 1 2030`, `1 January 2030 10:30
///   pm`, `1/31/2030`;
/// - where `now` is given, `2030-01`, `Jan 1` or `10:30`: what is missing is that of the day of
///   `now`, in UTC, or the month's last day where it has fewer.
/// bad_time for anything else, for a date that does not exist, and for one outside the years 1 to
/// 9999 (so also for milliseconds). Any thread.
[[nodiscard]] Result<TimeText> parse_time(std::string_view text,
                                          std::optional<UnixSeconds> now = std::nullopt);

/// format_time is RFC 3339 in UTC, such as "2030-01-01T00:00:00Z"; outside the years 1 to 9999 the
/// bare number.
[[nodiscard]] std::string format_time(UnixSeconds time);

}  // namespace signgate::signing
