// SPDX-License-Identifier: Apache-2.0
#include "policy/iso_time.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace signgate::policy {
namespace {

constexpr std::int64_t last_second = 253402300799;  // 9999-12-31T23:59:59Z

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Cursor takes pieces off the front of a text; after one failed, all later ones fail.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool done() const noexcept { return ok_ && rest_.empty(); }

  bool skip(char c) noexcept {
    if (!ok_ || rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) noexcept {
    if (!skip(c)) ok_ = false;
  }

  /// Exactly `digits` digits, at most `max`.
  unsigned number(std::size_t digits, unsigned max) noexcept {
    if (!ok_ || rest_.size() < digits ||
        !std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(digits),
                     is_digit)) {
      ok_ = false;
      return 0;
    }
    unsigned value = 0;
    for (const char c : rest_.substr(0, digits))
      value = value * 10 + static_cast<unsigned>(c - '0');
    rest_.remove_prefix(digits);
    if (value > max) ok_ = false;
    return value;
  }

  /// One digit or more behind the decimal point; what is finer than a millisecond is cut off.
  unsigned milliseconds() noexcept {
    unsigned value = 0;
    unsigned weight = 100;
    std::size_t digits = 0;
    while (digits < rest_.size() && is_digit(rest_[digits])) {
      value += weight * static_cast<unsigned>(rest_[digits++] - '0');
      weight /= 10;
    }
    if (digits == 0) ok_ = false;
    rest_.remove_prefix(digits);
    return value;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::optional<std::int64_t> epoch_seconds(std::string_view text) noexcept {
  std::int64_t seconds = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, seconds);
  if (failure != std::errc{} || stop != end || seconds > last_second) return std::nullopt;
  return seconds * 1000;
}

}  // namespace

std::optional<std::int64_t> parse_iso_time(std::string_view text) noexcept {
  if (text.size() > 4 && std::all_of(text.begin(), text.end(), is_digit)) {
    return epoch_seconds(text);
  }
  Cursor cursor(text);
  const unsigned year = cursor.number(4, 9999);
  unsigned month = 1;
  unsigned day = 1;
  std::int64_t millis = 0;
  if (cursor.skip('-')) {
    month = cursor.number(2, 12);
    if (cursor.skip('-')) {
      day = cursor.number(2, 31);
      if (cursor.skip('T')) {
        std::int64_t minutes = std::int64_t{cursor.number(2, 23)} * 60;
        cursor.expect(':');
        minutes += cursor.number(2, 59);
        if (cursor.skip(':')) {
          millis += std::int64_t{cursor.number(2, 59)} * 1000;
          if (cursor.skip('.')) millis += cursor.milliseconds();
        }
        if (!cursor.skip('Z')) {
          const bool east = cursor.skip('+');
          if (!east) cursor.expect('-');
          std::int64_t offset = std::int64_t{cursor.number(2, 23)} * 60;
          cursor.expect(':');
          offset += cursor.number(2, 59);
          minutes += east ? -offset : offset;
        }
        millis += minutes * 60000;
      }
    }
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!cursor.done() || !date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(days).count() + millis;
}

}  // namespace signgate::policy
