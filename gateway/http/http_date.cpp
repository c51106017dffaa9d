// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/http_date.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

constexpr std::array<std::string_view, 7> day_names = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr UnixSeconds day_seconds = 24 * 60 * 60;
constexpr UnixSeconds first_second = -62135596800;  // 0001-01-01 00:00:00
constexpr UnixSeconds last_second = 253402300799;   // 9999-12-31 23:59:59

// A cursor over the text: each step takes its part from the front, or the whole parse has failed.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}

  void literal(std::string_view expected) noexcept {
    if (!text_.starts_with(expected))
      fail();
    else
      text_.remove_prefix(expected.size());
  }

  int number(std::size_t digits) noexcept {
    int value = 0;
    if (text_.size() < digits) return fail();
    for (std::size_t i = 0; i < digits; ++i) {
      if (!is_digit(text_[i])) return fail();
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(digits);
    return value;
  }

  // asctime pads the day of the month with a space.
  int padded_day() noexcept {
    if (!text_.starts_with(' ')) return number(2);
    text_.remove_prefix(1);
    return number(1);
  }

  int month() noexcept {
    for (std::size_t i = 0; i < month_names.size(); ++i) {
      if (!text_.starts_with(month_names[i])) continue;
      text_.remove_prefix(month_names[i].size());
      return static_cast<int>(i) + 1;
    }
    return fail();
  }

  // A day's name of full length or of three letters.
  void day_name(bool full) noexcept {
    for (const std::string_view name : day_names) {
      const std::string_view expected = full ? name : name.substr(0, 3);
      if (!text_.starts_with(expected)) continue;
      text_.remove_prefix(expected.size());
      return;
    }
    fail();
  }

  int fail() noexcept {
    failed_ = true;
    return 0;
  }
  [[nodiscard]] bool ended() const noexcept { return !failed_ && text_.empty(); }

 private:
  std::string_view text_;
  bool failed_ = false;
};

struct Parts {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

void read_time(Cursor& cursor, Parts& parts) noexcept {
  parts.hour = cursor.number(2);
  cursor.literal(":");
  parts.minute = cursor.number(2);
  cursor.literal(":");
  parts.second = cursor.number(2);
}

std::chrono::year_month_day civil(UnixSeconds time) noexcept {
  const auto days =
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(time)));
  return std::chrono::year_month_day(days);
}

std::optional<UnixSeconds> to_unix(const Parts& parts) noexcept {
  const std::chrono::year_month_day date(std::chrono::year(parts.year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day)));
  if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 60) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return UnixSeconds{days} * day_seconds + parts.hour * 3600 + parts.minute * 60 + parts.second;
}

std::optional<Parts> parse_fixdate(std::string_view text) noexcept {
  Cursor cursor(text);
  Parts parts;
  cursor.day_name(false);
  cursor.literal(", ");
  parts.day = cursor.number(2);
  cursor.literal(" ");
  parts.month = cursor.month();
  cursor.literal(" ");
  parts.year = cursor.number(4);
  cursor.literal(" ");
  read_time(cursor, parts);
  cursor.literal(" GMT");
  if (!cursor.ended()) return std::nullopt;
  return parts;
}

std::optional<Parts> parse_rfc850(std::string_view text, UnixSeconds now) noexcept {
  Cursor cursor(text);
  Parts parts;
  cursor.day_name(true);
  cursor.literal(", ");
  parts.day = cursor.number(2);
  cursor.literal("-");
  parts.month = cursor.month();
  cursor.literal("-");
  const int year = cursor.number(2);
  cursor.literal(" ");
  read_time(cursor, parts);
  cursor.literal(" GMT");
  if (!cursor.ended()) return std::nullopt;
  const int latest = static_cast<int>(civil(now).year()) + 50;
  parts.year = latest - latest % 100 + year;
  if (parts.year > latest) parts.year -= 100;
  return parts;
}

std::optional<Parts> parse_asctime(std::string_view text) noexcept {
  Cursor cursor(text);
  Parts parts;
  cursor.day_name(false);
  cursor.literal(" ");
  parts.month = cursor.month();
  cursor.literal(" ");
  parts.day = cursor.padded_day();
  cursor.literal(" ");
  read_time(cursor, parts);
  cursor.literal(" ");
  parts.year = cursor.number(4);
  if (!cursor.ended()) return std::nullopt;
  return parts;
}

void append_number(std::string& text, int value, int digits) {
  for (int place = digits == 4 ? 1000 : 10; place > 0; place /= 10) {
    text.push_back(static_cast<char>('0' + value / place % 10));
  }
}

}  // namespace

std::optional<UnixSeconds> parse_http_date(std::string_view text, UnixSeconds now) noexcept {
  auto parts = parse_fixdate(text);
  if (!parts) parts = parse_rfc850(text, now);
  if (!parts) parts = parse_asctime(text);
  if (!parts) return std::nullopt;
  return to_unix(*parts);
}

std::string format_http_date(UnixSeconds time) {
  time = std::clamp(time, first_second, last_second);
  const auto date = civil(time);
  const UnixSeconds midnight =
      UnixSeconds{std::chrono::sys_days(date).time_since_epoch().count()} * day_seconds;
  const auto second = static_cast<int>(time - midnight);
  const std::chrono::weekday weekday{std::chrono::sys_days(date)};
  std::string text;
  text.reserve(29);
  text.append(day_names[weekday.c_encoding()].substr(0, 3)).append(", ");
  append_number(text, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  text.append(" ").append(month_names[static_cast<unsigned>(date.month()) - 1]).append(" ");
  append_number(text, static_cast<int>(date.year()), 4);
  text.append(" ");
  append_number(text, second / 3600, 2);
  text.append(":");
  append_number(text, second / 60 % 60, 2);
  text.append(":");
  append_number(text, second % 60, 2);
  return text.append(" GMT");
}

}  // namespace signgate::http
