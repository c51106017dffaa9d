// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/json_string.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/utf8.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::size_t unit_length = 6;  // \u and four digits
constexpr std::uint32_t no_character = 0xFFFD;

constexpr bool is_high(std::uint32_t unit) noexcept {
  return unit >= 0xD800 && unit < 0xDC00;
}
constexpr bool is_low(std::uint32_t unit) noexcept {
  return unit >= 0xDC00 && unit < 0xE000;
}

// The value of the `\uXXXX` at the front of `text`, if it is one.
std::optional<std::uint32_t> read_unit(std::string_view text) noexcept {
  if (text.size() < unit_length || !text.starts_with("\\u")) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(2, 4)) {
    const int digit = hex_value(c);
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

// Whether `text`, all that is there, may go on to be a `\uXXXX`.
bool may_be_unit(std::string_view text) noexcept {
  if (text.size() >= unit_length) return false;
  if (!std::string_view("\\u").starts_with(text.substr(0, 2))) return false;
  const std::string_view digits = text.substr(std::min<std::size_t>(text.size(), 2));
  return std::ranges::all_of(digits, [](char c) { return hex_value(c) >= 0; });
}

JsonEscape stands_for(std::size_t length, std::uint32_t code_point) {
  JsonEscape escape{length, {}};
  append_utf8(code_point, escape.text);
  return escape;
}

}  // namespace

JsonEscape read_json_escape(std::string_view text, bool last) {
  if (text.size() == 1) return last ? stands_for(1, no_character) : JsonEscape{};
  switch (text[1]) {
    case '"':
    case '\\':
    case '/':
      return stands_for(2, static_cast<unsigned char>(text[1]));
    case 'b':
      return stands_for(2, '\b');
    case 'f':
      return stands_for(2, '\f');
    case 'n':
      return stands_for(2, '\n');
    case 'r':
      return stands_for(2, '\r');
    case 't':
      return stands_for(2, '\t');
    case 'u':
      break;
    default:
      // The backslash alone: what follows may be the end of a text, or half a character.
      return stands_for(1, no_character);
  }
  const std::optional<std::uint32_t> first = read_unit(text);
  if (!first) return !last && may_be_unit(text) ? JsonEscape{} : stands_for(2, no_character);
  if (!is_high(*first)) return stands_for(unit_length, *first);
  const std::string_view rest = text.substr(unit_length);
  const std::optional<std::uint32_t> second = read_unit(rest);
  if (second && is_low(*second))
    return stands_for(2 * unit_length, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
  if (!last && !second && may_be_unit(rest)) return {};
  return stands_for(unit_length, no_character);
}

bool has_escaped_solidus(std::string_view raw) noexcept {
  while (true) {
    const std::size_t backslash = raw.find('\\');
    if (backslash == std::string_view::npos || backslash + 1 == raw.size()) return false;
    if (raw[backslash + 1] == '/') return true;
    raw.remove_prefix(backslash + 2);
  }
}

}  // namespace signgate::rewrite
