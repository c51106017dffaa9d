// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/expires_rule.hpp"

#include <ctime>

#include "gateway/http/http_date.hpp"

namespace signgate::route {
namespace {

// The next moment that lies `seconds` past a local midnight. The fields are normalised by mktime,
// which knows of days of 23 and 25 hours.
UnixSeconds next_time_of_day(UnixSeconds now, std::int64_t seconds) {
  const auto second = static_cast<std::time_t>(now);
  std::tm local{};
  ::localtime_r(&second, &local);
  local.tm_hour = static_cast<int>(seconds / 3600);
  local.tm_min = static_cast<int>(seconds / 60 % 60);
  local.tm_sec = static_cast<int>(seconds % 60);
  local.tm_isdst = -1;
  std::tm day = local;
  std::time_t next = std::mktime(&day);
  if (next <= second) {
    ++local.tm_mday;
    local.tm_isdst = -1;
    next = std::mktime(&local);
  }
  return next;
}

}  // namespace

std::optional<ExpiresFields> expires_fields(const config::Expires& expires, UnixSeconds now,
                                            std::optional<UnixSeconds> last_modified) {
  using Kind = config::Expires::Kind;
  UnixSeconds until = now + expires.seconds;
  switch (expires.kind) {
    case Kind::off:
      return std::nullopt;
    case Kind::epoch:
      return ExpiresFields{"Thu, 01 Jan 1970 00:00:01 GMT", "no-cache"};
    case Kind::max:
      return ExpiresFields{"Thu, 31 Dec 2037 23:55:55 GMT", "max-age=315360000"};
    case Kind::access:
      break;
    case Kind::modified:
      if (last_modified && expires.seconds != 0) until = *last_modified + expires.seconds;
      break;
    case Kind::time_of_day:
      until = next_time_of_day(now, expires.seconds);
      break;
  }
  const std::int64_t age = until - now;
  ExpiresFields fields{http::format_http_date(until), "no-cache"};
  if (age >= 0 && (expires.seconds >= 0 || expires.kind == Kind::time_of_day))
    fields.cache_control = "max-age=" + std::to_string(age);
  return fields;
}

}  // namespace signgate::route
