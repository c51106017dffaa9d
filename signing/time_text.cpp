// SPDX-License-Identifier: Apache-2.0
#include "signing/time_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>

namespace signgate::signing {
namespace {

constexpr UnixSeconds first_second = -62135596800;  // 0001-01-01
constexpr UnixSeconds last_second = 253402300799;   // 9999-12-31T23:59:59

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Fields is what a date text says; a time of day that is not given is midnight, a zone UTC.
struct Fields {
  std::optional<int> year;
  std::optional<unsigned> month;
  std::optional<unsigned> day;
  bool has_weekday = false;
  bool has_time = false;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  std::optional<bool> afternoon;
  std::optional<int> offset;  // of the zone, in minutes east of UTC
  std::string ignored_zone;
};

/// Cursor reads from the front of a text; each member either advances or leaves it alone and fails.
struct Cursor {
  std::string_view rest;

  [[nodiscard]] bool done() const noexcept { return rest.empty(); }
  [[nodiscard]] char peek() const noexcept { return rest.empty() ? '\0' : rest.front(); }

  bool take(char c) noexcept {
    if (peek() != c) return false;
    rest.remove_prefix(1);
    return true;
  }

  std::optional<unsigned> digits(std::size_t least, std::size_t most) noexcept {
    std::size_t n = 0;
    unsigned value = 0;
    while (n < rest.size() && n < most && is_digit(rest[n])) {
      value = value * 10 + static_cast<unsigned>(rest[n++] - '0');
    }
    if (n < least) return std::nullopt;
    rest.remove_prefix(n);
    return value;
  }

  std::string_view letters() noexcept {
    std::size_t n = 0;
    while (n < rest.size() && is_letter(rest[n]))
      ++n;
    const std::string_view word = rest.substr(0, n);
    rest.remove_prefix(n);
    return word;
  }

  void spaces() noexcept {
    while (take(' ') || take('\t')) {
    }
  }
};

/// index_of finds `word` (at least three letters of it) among `names`, whatever its case.
template <std::size_t N>
std::optional<unsigned> index_of(const std::array<std::string_view, N>& names,
                                 std::string_view word) noexcept {
  for (std::size_t i = 0; i < N; ++i) {
    if (word.size() < 3 || word.size() > names[i].size()) continue;
    std::size_t n = 0;
    while (n < word.size() && lower(word[n]) == names[i][n])
      ++n;
    if (n == word.size()) return static_cast<unsigned>(i);
  }
  return std::nullopt;
}

constexpr std::array<std::string_view, 12> months = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> weekdays = {"monday", "tuesday",  "wednesday", "thursday",
                                                      "friday", "saturday", "sunday"};

bool same_word(std::string_view word, std::string_view name) noexcept {
  if (word.size() != name.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (lower(word[i]) != name[i]) return false;
  }
  return true;
}

/// read_zone reads Z, UTC, GMT, +05:30, +0530 or +05 and stores it.
bool read_zone(Cursor& in, Fields& fields) {
  if (is_letter(in.peek())) {
    Cursor ahead = in;
    const std::string_view word = ahead.letters();
    if (!same_word(word, "z") && !same_word(word, "utc") && !same_word(word, "gmt")) return false;
    in = ahead;
    fields.offset = 0;
    return true;
  }
  const int sign = in.peek() == '-' ? -1 : 1;
  if (in.peek() != '+' && in.peek() != '-') return false;
  Cursor ahead = in;
  ahead.rest.remove_prefix(1);
  const auto hours = ahead.digits(2, 2);
  if (!hours) return false;
  const bool colon = ahead.take(':');
  const auto minutes = ahead.digits(2, 2);
  if ((colon && !minutes) || *hours > 23 || minutes.value_or(0) > 59) return false;
  in = ahead;
  fields.offset = sign * static_cast<int>(*hours * 60 + minutes.value_or(0));
  return true;
}

/// read_time reads hh:mm[:ss[.fraction]], or hhmm[ss] when `basic`.
bool read_time(Cursor& in, Fields& fields, bool basic) {
  Cursor ahead = in;
  const auto hour = ahead.digits(basic ? 2 : 1, 2);
  if (!hour) return false;
  if (!basic && !ahead.take(':')) return false;
  const auto minute = ahead.digits(2, 2);
  if (!minute) return false;
  unsigned second = 0;
  if (basic ? is_digit(ahead.peek()) : ahead.take(':')) {
    const auto value = ahead.digits(2, 2);
    if (!value) return false;
    second = *value;
    if (ahead.take('.') || ahead.take(',')) {
      if (!ahead.digits(1, 1)) return false;
      while (is_digit(ahead.peek()))
        ahead.rest.remove_prefix(1);
    }
  }
  if (*hour > 23 || *minute > 59 || second > 59) return false;
  fields.has_time = true;
  fields.hour = *hour;
  fields.minute = *minute;
  fields.second = second;
  in = ahead;
  return true;
}

/// read_unknown_zone takes a zone by a name that says nothing of its offset, as dateutil does: only
/// capitals, and only behind a time of day.
bool read_unknown_zone(Cursor& in, Fields& fields) {
  Cursor ahead = in;
  const std::string_view word = ahead.letters();
  bool capitals = word.size() >= 3 && word.size() <= 5;
  for (const char c : word)
    capitals = capitals && c < 'a';
  if (!capitals || !fields.has_time || fields.offset) return false;
  fields.offset = 0;
  fields.ignored_zone = word;
  in = ahead;
  return true;
}

/// read_iso reads ISO 8601 and RFC 3339 dates, whole.
std::optional<Fields> read_iso(std::string_view text) {
  Cursor in{text};
  Fields fields;
  const auto year = in.digits(4, 4);
  if (!year) return std::nullopt;
  const char mark = in.peek() == '-' || in.peek() == '/' ? in.peek() : '\0';
  if (mark != '\0') in.take(mark);
  const auto month = in.digits(2, 2);
  if (!month) return std::nullopt;
  fields.year = static_cast<int>(*year);
  fields.month = *month;
  if (mark != '\0' && in.done()) return fields;
  if (mark != '\0' && !in.take(mark)) return std::nullopt;
  const auto day = in.digits(2, 2);
  if (!day) return std::nullopt;
  fields.day = *day;
  if (in.done()) return mark != '\0' ? std::optional(fields) : std::nullopt;
  if (!in.take('T') && !in.take('t')) {
    if (in.peek() != ' ') return std::nullopt;
    in.spaces();
  }
  if (!read_time(in, fields, false) && !read_time(in, fields, true)) return std::nullopt;
  in.spaces();
  if (!in.done() && !read_zone(in, fields) && !read_unknown_zone(in, fields)) return std::nullopt;
  if (!in.done()) return std::nullopt;
  return fields;
}

/// read_slashed reads 1/31/2030: month first, as in the United States, unless it cannot be one.
bool read_slashed(Cursor& in, Fields& fields) {
  Cursor ahead = in;
  const auto first = ahead.digits(1, 2);
  if (!first || !ahead.take('/')) return false;
  const auto second = ahead.digits(1, 2);
  if (!second || !ahead.take('/')) return false;
  const auto year = ahead.digits(4, 4);
  if (!year || fields.day || fields.month || fields.year) return false;
  const bool day_first = *first > 12;
  fields.month = day_first ? *second : *first;
  fields.day = day_first ? *first : *second;
  fields.year = static_cast<int>(*year);
  in = ahead;
  return true;
}

bool read_number(Cursor& in, Fields& fields) {
  Cursor ahead = in;
  if (const auto year = ahead.digits(4, 4)) {
    if (fields.year) return false;
    fields.year = static_cast<int>(*year);
  } else {
    const auto day = ahead.digits(1, 2);
    if (!day || fields.day) return false;
    fields.day = *day;
    Cursor suffix = ahead;
    const std::string_view word = suffix.letters();
    for (const std::string_view ending : {"st", "nd", "rd", "th"}) {
      if (same_word(word, ending)) ahead = suffix;
    }
  }
  in = ahead;
  return true;
}

bool read_word(Cursor& in, Fields& fields) {
  if (fields.has_time && !fields.offset && read_zone(in, fields)) return true;
  Cursor ahead = in;
  const std::string_view word = ahead.letters();
  if (word.empty()) return false;
  if (const auto month = index_of(months, word)) {
    if (fields.month) return false;
    fields.month = *month + 1;
    ahead.take('.');
  } else if (index_of(weekdays, word)) {
    fields.has_weekday = true;
    ahead.take('.');
  } else if (same_word(word, "am") || same_word(word, "pm")) {
    if (!fields.has_time || fields.afternoon || fields.hour < 1 || fields.hour > 12) return false;
    fields.afternoon = same_word(word, "pm");
  } else {
    return read_unknown_zone(in, fields);
  }
  in = ahead;
  return true;
}

/// read_words reads RFC 822 dates and their many relatives, parts in any order.
std::optional<Fields> read_words(std::string_view text) {
  Cursor in{text};
  Fields fields;
  while (true) {
    while (in.take(',') || in.take(' ') || in.take('\t')) {
    }
    if (in.done()) return fields;
    // 01-Jan-2030: the hyphen divides, it is no sign.
    if (fields.day && !fields.has_time && in.take('-')) continue;
    const bool read = is_digit(in.peek()) ? (!fields.has_time && read_time(in, fields, false)) ||
                                                read_slashed(in, fields) || read_number(in, fields)
                                          : read_word(in, fields);
    if (!read) return std::nullopt;
  }
}

std::optional<double> read_epoch(std::string_view text) {
  if (text.find_first_not_of("+-.0123456789eE") != std::string_view::npos) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error != std::errc()) return HUGE_VAL;
  return value;
}

/// complete_from takes what a date lacks from the day of `now`, as dateutil does; false for a text
/// that says no part of a date or time, or a weekday, which might mean another day.
bool complete_from(UnixSeconds now, Fields& fields) {
  const bool says_nothing = !fields.year && !fields.month && !fields.day && !fields.has_time;
  if (says_nothing || fields.has_weekday) return false;
  const std::chrono::sys_seconds point{std::chrono::seconds(now)};
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(point)};
  if (!fields.year) fields.year = static_cast<int>(today.year());
  if (!fields.month) fields.month = static_cast<unsigned>(today.month());
  if (*fields.month < 1 || *fields.month > 12) return false;
  if (fields.day) return true;
  const std::chrono::year_month_day_last last{
      std::chrono::year(*fields.year),
      std::chrono::month_day_last(std::chrono::month(*fields.month))};
  fields.day = std::min(static_cast<unsigned>(today.day()), static_cast<unsigned>(last.day()));
  return true;
}

Error bad_time(std::string_view text, std::string_view why) {
  std::string message = "the time \"";
  message += text.substr(0, 60);
  message += "\" ";
  message += why;
  message +=
      "; give epoch seconds, or a date such as 2030-01-01, 2030-01-01T12:34:56Z or "
      "2030-01-01T12:34:56+05:30";
  return {ErrorCode::bad_time, std::move(message)};
}

}  // namespace

Result<TimeText> parse_time(std::string_view text, std::optional<UnixSeconds> now) {
  const std::string_view given = text;
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  if (text.empty()) return bad_time(given, "is empty");

  constexpr std::string_view out_of_range =
      "lies outside the years 1 to 9999 (milliseconds instead of seconds?)";
  if (const auto epoch = read_epoch(text)) {
    if (*epoch < static_cast<double>(first_second) ||
        *epoch >= static_cast<double>(last_second) + 1) {
      return bad_time(given, out_of_range);
    }
    return TimeText{static_cast<UnixSeconds>(*epoch), {}, false};
  }
  auto fields = read_iso(text);
  if (!fields) fields = read_words(text);
  if (!fields) return bad_time(given, "cannot be read");
  const bool from_today = !fields->year || !fields->month || !fields->day;
  if (from_today && (!now || !complete_from(*now, *fields))) {
    return bad_time(given, "lacks the year, the month or the day");
  }
  const std::chrono::year_month_day date{std::chrono::year(*fields->year),
                                         std::chrono::month(*fields->month),
                                         std::chrono::day(*fields->day)};
  if (!date.ok() || *fields->year < 1) return bad_time(given, "is a date that does not exist");
  unsigned hour = fields->hour;
  if (fields->afternoon) hour = hour % 12 + (*fields->afternoon ? 12 : 0);
  const UnixSeconds seconds = std::chrono::duration_cast<std::chrono::seconds>(
                                  std::chrono::sys_days(date).time_since_epoch())
                                  .count() +
                              hour * 3600 + fields->minute * 60 + fields->second -
                              fields->offset.value_or(0) * 60;
  if (seconds < first_second || seconds > last_second) return bad_time(given, out_of_range);
  return TimeText{seconds, std::move(fields->ignored_zone), from_today};
}

std::string format_time(UnixSeconds time) {
  if (time < first_second || time > last_second) return std::to_string(time);
  const std::chrono::sys_seconds point{std::chrono::seconds(time)};
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{point - day};
  std::array<char, 64> text;
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace signgate::signing
