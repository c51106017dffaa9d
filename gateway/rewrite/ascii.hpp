// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

/// The character classes of the HTML, CSS and URL standards ("ASCII ..." in WHATWG Infra,
/// section 4.6), without locale.
namespace signgate::rewrite {

/// is_space is HTML's ASCII white space, with the CR that input preprocessing would turn into LF.
[[nodiscard]] constexpr bool is_space(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}
[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_alpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_alnum(char c) noexcept {
  return is_alpha(c) || is_digit(c);
}

/// hex_value is the value of a hexadecimal digit, -1 for any other character.
[[nodiscard]] constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// iequals compares without regard to ASCII case; `lower` is in lower case already.
[[nodiscard]] constexpr bool iequals(std::string_view text, std::string_view lower) noexcept {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(),
                                                   [](char a, char b) { return to_lower(a) == b; });
}
[[nodiscard]] constexpr bool istarts_with(std::string_view text, std::string_view lower) noexcept {
  return text.size() >= lower.size() && iequals(text.substr(0, lower.size()), lower);
}

/// trim_space drops white space at both ends.
[[nodiscard]] constexpr std::string_view trim_space(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

}  // namespace signgate::rewrite
