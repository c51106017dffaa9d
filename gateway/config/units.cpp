// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/units.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <system_error>

#include "gateway/config/diagnostic.hpp"

namespace signgate::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

// From the largest to the smallest: a span names them in this order.
constexpr std::int64_t day = 86'400'000;
constexpr std::array<Unit, 8> duration_units = {{{"y", 365 * day},
                                                 {"M", 30 * day},
                                                 {"w", 7 * day},
                                                 {"d", day},
                                                 {"h", 3'600'000},
                                                 {"m", 60'000},
                                                 {"s", 1'000},
                                                 {"ms", 1}}};
constexpr std::int64_t longest_duration = 100 * 365 * day;
constexpr std::size_t seconds_unit = 6;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

Flaw not_a_duration(std::string_view text, std::size_t offset) {
  return {in_quotes(text) +
              " is not a time: write numbers with the units y, M, w, d, h, m, s, ms, the larger "
              "first, such as \"30s\" or \"1h 30m\"",
          offset};
}

/// take_number reads decimal digits at the front of `text`; false when there are none or too many.
bool take_number(std::string_view& text, std::int64_t& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || text.empty() || !is_digit(text.front())) return false;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return true;
}

/// take_digits reads exactly `count` digits.
bool take_digits(std::string_view& text, std::size_t count, int& number) {
  if (text.size() < count) return false;
  number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return false;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// take_clock reads "hh:mm:ss", a fraction that is dropped, and "Z" or an offset, to the end.
bool take_clock(std::string_view text, UnixSeconds& seconds) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!take_digits(text, 2, hour) || !take(text, ":") || !take_digits(text, 2, minute) ||
      !take(text, ":") || !take_digits(text, 2, second) || hour > 23 || minute > 59 ||
      second > 60) {
    return false;
  }
  if (take(text, ".")) {
    if (text.empty() || !is_digit(text.front())) return false;
    while (!text.empty() && is_digit(text.front()))
      text.remove_prefix(1);
  }
  seconds += hour * 3600 + minute * 60 + second;
  if (take(text, "Zz")) return text.empty();
  const bool west = !text.empty() && text.front() == '-';
  int offset_hours = 0;
  int offset_minutes = 0;
  if (!take(text, "+-") || !take_digits(text, 2, offset_hours) || !take(text, ":") ||
      !take_digits(text, 2, offset_minutes) || offset_hours > 23 || offset_minutes > 59) {
    return false;
  }
  const int offset = (offset_hours * 60 + offset_minutes) * 60;
  seconds += west ? offset : -offset;
  return text.empty();
}

}  // namespace

Parsed<Milliseconds> parse_duration(std::string_view text) {
  std::string_view rest = text;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  const auto here = [&] { return text.size() - rest.size(); };
  if (text.empty()) return not_a_duration(text, 0);
  while (!rest.empty()) {
    const std::size_t began = here();
    std::int64_t number = 0;
    if (!take_number(rest, number)) return not_a_duration(text, began);
    std::size_t unit = seconds_unit;
    if (!rest.empty() && rest.front() != ' ') {
      const std::size_t length = rest.starts_with("ms") ? 2 : 1;
      unit = 0;
      while (unit < duration_units.size() && duration_units[unit].name != rest.substr(0, length))
        ++unit;
      if (unit == duration_units.size()) return not_a_duration(text, here());
      rest.remove_prefix(length);
    } else if (!rest.empty()) {
      return not_a_duration(text, here());  // a bare number of seconds stands last
    }
    if (unit < next_unit) return not_a_duration(text, began);
    next_unit = unit + 1;
    if (number > (longest_duration - total) / duration_units[unit].milliseconds) {
      return Flaw{in_quotes(text) + " is too long: at most 100y", 0};
    }
    total += number * duration_units[unit].milliseconds;
    while (rest.size() > 1 && rest.front() == ' ')
      rest.remove_prefix(1);
  }
  return Milliseconds{total};
}

Parsed<std::uint64_t> parse_size(std::string_view text) {
  std::string_view rest = text;
  std::int64_t number = 0;
  const Flaw not_a_size{in_quotes(text) +
                            " is not a size: write a number of bytes, or one with the unit k, m or "
                            "g, such as \"16k\" or \"8m\"",
                        0};
  if (!take_number(rest, number)) return not_a_size;
  unsigned shift = 0;
  if (take(rest, "kK")) {
    shift = 10;
  } else if (take(rest, "mM")) {
    shift = 20;
  } else if (take(rest, "gG")) {
    shift = 30;
  }
  if (!rest.empty()) return not_a_size;
  if (number > (std::numeric_limits<std::int64_t>::max() >> shift)) {
    return Flaw{in_quotes(text) + " is too large: at most 8589934591g", 0};
  }
  return static_cast<std::uint64_t>(number) << shift;
}

Parsed<std::uint32_t> parse_count(std::string_view text, std::uint32_t min, std::uint32_t max) {
  std::string_view rest = text;
  std::int64_t number = 0;
  if (!take_number(rest, number) || !rest.empty() || number < min || number > max) {
    return Flaw{"must be an integer from " + std::to_string(min) + " to " + std::to_string(max) +
                    ", not " + in_quotes(text),
                0};
  }
  return static_cast<std::uint32_t>(number);
}

Parsed<UnixSeconds> parse_time(std::string_view text) {
  const Flaw not_a_point{
      in_quotes(text) +
          " is not a point in time: write \"2026-01-31T08:00:00Z\", a date or seconds since 1970",
      0};
  std::string_view rest = text;
  std::int64_t epoch = 0;
  if (take_number(rest, epoch) && rest.empty()) return epoch;
  rest = text;
  int year = 0;
  int month = 0;
  int day_of_month = 0;
  if (!take_digits(rest, 4, year) || !take(rest, "-") || !take_digits(rest, 2, month) ||
      !take(rest, "-") || !take_digits(rest, 2, day_of_month)) {
    return not_a_point;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day_of_month))};
  if (!date.ok()) return not_a_point;
  UnixSeconds seconds =
      std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86'400};
  if (rest.empty()) return seconds;
  if (!take(rest, "Tt ") || !take_clock(rest, seconds)) return not_a_point;
  return seconds;
}

}  // namespace signgate::config
