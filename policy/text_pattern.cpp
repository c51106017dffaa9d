// SPDX-License-Identifier: Apache-2.0
#include "policy/text_pattern.hpp"

#include <stdexcept>
#include <utility>

#include "policy/utf8.hpp"

namespace signgate::policy {
namespace {

// Beyond all code points and all raw bytes (0x110000 + byte).
constexpr char32_t any_run = 0xffffffff;
constexpr char32_t any_one = 0xfffffffe;
constexpr char32_t first_variable = 0x80000000;  // and its index

constexpr bool is_variable(char32_t unit) noexcept {
  return unit >= first_variable && unit < any_one;
}

constexpr char32_t fold(char32_t c) noexcept {
  return c >= U'A' && c <= U'Z' ? c + (U'a' - U'A') : c;
}

constexpr char fold(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Takes the first character off `rest`, which is not empty.
char32_t next_character(std::string_view& rest) noexcept {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(rest[i]));
  };
  if (byte(0) < 0x80) {
    const char32_t ascii = byte(0);
    rest.remove_prefix(1);
    return ascii;
  }
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
  const auto add = [&](std::string_view character) {
    std::string_view left = character;
    const char32_t c = next_character(left);
    // Only whole characters go by bytes: a cut one would match the begin of a whole one.
    if (pattern.units_.empty() && c < 0x110000) {
      for (const char byte : character)
        pattern.prefix_ += rules.ignore_case ? fold(byte) : byte;
    } else {
      pattern.units_.push_back(rules.ignore_case ? fold(c) : c);
    }
  };
  while (!rest.empty()) {
    if (rules.variables && rest.starts_with("${")) {
      auto variable = read_variable(rest);
      if (!variable) {
        PatternFlaw flaw = std::move(variable).error();
        flaw.offset = text.size() - rest.size();
        return flaw;
      }
      if (const char* special = std::get_if<char>(&variable->meaning)) {
        add({special, 1});
      } else {
        pattern.units_.push_back(first_variable + static_cast<char32_t>(pattern.variables_.size()));
        pattern.variables_.push_back(std::get<PolicyVariable>(std::move(variable->meaning)));
      }
      rest.remove_prefix(variable->length);
      continue;
    }
    if (rules.wildcards && (rest.front() == '*' || rest.front() == '?')) {
      pattern.units_.push_back(rest.front() == '*' ? any_run : any_one);
      rest.remove_prefix(1);
      continue;
    }
    std::string_view left = rest;
    (void)next_character(left);
    add(rest.substr(0, rest.size() - left.size()));
    rest = left;
  }
  return pattern;
}

bool TextPattern::starts(std::string_view text) const noexcept {
  if (!ignore_case_) return text.starts_with(prefix_);
  if (text.size() < prefix_.size()) return false;
  for (std::size_t i = 0; i < prefix_.size(); ++i) {
    if (fold(text[i]) != prefix_[i]) return false;
  }
  return true;
}

/// Takes what `unit`, which is no run, matches off the front of `rest`.
bool TextPattern::take(char32_t unit, std::string_view& rest,
                       const RequestContext& context) const noexcept {
  const auto next = [&](std::string_view& from) {
    const char32_t c = next_character(from);
    return ignore_case_ ? fold(c) : c;
  };
  if (!is_variable(unit)) {
    const char32_t c = next(rest);
    return unit == any_one || unit == c;
  }
  const auto value = variables_[unit - first_variable].resolve(context);
  if (!value) return false;
  for (std::string_view wanted = *value; !wanted.empty();) {
    if (rest.empty() || next(rest) != next(wanted)) return false;
  }
  return true;
}

bool TextPattern::matches_units(std::string_view rest,
                                const RequestContext& context) const noexcept {
  // After a mismatch only the last run need grow: what came before it matched as early as it could.
  std::size_t unit = 0;
  std::size_t after_run = units_.size() + 1;  // beyond the end: no run was passed yet
  std::string_view run_rest;
  while (!rest.empty()) {
    if (unit < units_.size() && units_[unit] == any_run) {
      after_run = ++unit;
      run_rest = rest;
      if (unit == units_.size()) return true;
      continue;
    }
    std::string_view tail = rest;
    if (unit < units_.size() && take(units_[unit], tail, context)) {
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
  const auto matches_nothing = [&](char32_t left) {
    if (left == any_run) return true;
    return is_variable(left) && variables_[left - first_variable].resolve(context) == "";
  };
  while (unit < units_.size() && matches_nothing(units_[unit]))
    ++unit;
  return unit == units_.size();
}

bool TextPattern::matches(std::string_view text, const RequestContext& context) const noexcept {
  if (!starts(text)) return false;
  const std::string_view rest = text.substr(prefix_.size());
  if (units_.empty()) return rest.empty();
  return matches_units(rest, context);
}

bool TextPattern::matches(std::string_view text) const noexcept {
  return matches(text, RequestContext{});
}

bool TextPattern::matches_everything() const noexcept {
  return prefix_.empty() && units_.size() == 1 && units_.front() == any_run;
}

}  // namespace signgate::policy
