// SPDX-License-Identifier: Apache-2.0
#include "policy/text_pattern.hpp"

#include <stdexcept>

#include "policy/utf8.hpp"

namespace signgate::policy {
namespace {

// Beyond all code points and all raw bytes (0x110000 + byte).
constexpr char32_t any_run = 0xffffffff;
constexpr char32_t any_one = 0xfffffffe;

constexpr char32_t fold(char32_t c) noexcept {
  return c >= U'A' && c <= U'Z' ? c + (U'a' - U'A') : c;
}

/// Takes the first character off `rest`, which is not empty.
char32_t next_character(std::string_view& rest) noexcept {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(rest[i]));
  };
  const std::size_t length = utf8_sequence(rest);
  char32_t c = byte(0);
  if (length == 0) {
    c += 0x110000;
  } else if (length > 1) {
    c &= 0xffU >> (length + 1);
    for (std::size_t i = 1; i < length; ++i)
      c = c << 6 | (byte(i) & 0x3f);
  }
  rest.remove_prefix(length == 0 ? 1 : length);
  return c;
}

}  // namespace

void throw_exception_from_error(const PatternFlaw& flaw, const boost::source_location&) {
  throw std::logic_error("a pattern was used untested: " + flaw.message);
}

boost::system::result<TextPattern, PatternFlaw> TextPattern::compile(std::string_view text,
                                                                     const PatternRules& rules) {
  TextPattern pattern;
  pattern.ignore_case_ = rules.ignore_case;
  std::string_view rest = text;
  while (!rest.empty()) {
    if (rules.variables && rest.starts_with("${")) {
      const std::size_t close = rest.find('}');
      const bool special = close == 3 && (rest[2] == '*' || rest[2] == '?' || rest[2] == '$');
      if (!special) {
        return PatternFlaw{close == std::string_view::npos
                               ? "\"${\" is not closed by \"}\"; a literal \"$\" is \"${$}\""
                               : "policy variables are not evaluated; the known forms are "
                                 "\"${*}\", \"${?}\" and \"${$}\"",
                           text.size() - rest.size()};
      }
      pattern.units_.push_back(static_cast<char32_t>(rest[2]));
      rest.remove_prefix(4);
      continue;
    }
    const char32_t c = next_character(rest);
    if (rules.wildcards && c == U'*') {
      pattern.units_.push_back(any_run);
    } else if (rules.wildcards && c == U'?') {
      pattern.units_.push_back(any_one);
    } else {
      pattern.units_.push_back(rules.ignore_case ? fold(c) : c);
    }
  }
  return pattern;
}

bool TextPattern::matches(std::string_view text) const noexcept {
  // After a mismatch only the last run need grow: what came before it matched as early as it could.
  std::size_t unit = 0;
  std::size_t after_run = units_.size() + 1;  // beyond the end: no run was passed yet
  std::string_view run_rest;
  std::string_view rest = text;
  while (!rest.empty()) {
    if (unit < units_.size() && units_[unit] == any_run) {
      after_run = ++unit;
      run_rest = rest;
      continue;
    }
    std::string_view tail = rest;
    const char32_t c = next_character(tail);
    if (unit < units_.size() &&
        (units_[unit] == any_one || units_[unit] == (ignore_case_ ? fold(c) : c))) {
      ++unit;
      rest = tail;
    } else if (after_run <= units_.size()) {
      (void)next_character(run_rest);
      rest = run_rest;
      unit = after_run;
    } else {
      return false;
    }
  }
  while (unit < units_.size() && units_[unit] == any_run)
    ++unit;
  return unit == units_.size();
}

bool TextPattern::matches_everything() const noexcept {
  return units_.size() == 1 && units_.front() == any_run;
}

}  // namespace signgate::policy
