// SPDX-License-Identifier: Apache-2.0
// Other spellings of the same text, in the languages that links stand in.
#pragma once

#include <array>
#include <charconv>
#include <random>
#include <string>
#include <string_view>

namespace signgate::rewrite::testing {

/// respell writes about one byte in `rarely` as `form(byte)`; none if it is 0.
template <class Form>
std::string respell(std::string_view text, std::mt19937_64& random, std::size_t rarely, Form form) {
  std::string spelled;
  for (const char c : text) {
    if (rarely != 0 && random() % rarely == 0)
      spelled += form(c);
    else
      spelled.push_back(c);
  }
  return spelled;
}

inline std::string number(int value, int base) {
  std::array<char, 8> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + 8, value, base).ptr};
}

inline std::string by_percent(char c) {
  const std::string hex = number(static_cast<unsigned char>(c), 16);
  return hex.size() == 1 ? "%0" + hex : "%" + hex;
}

inline std::string by_reference(char c) {
  constexpr std::string_view named = ".%#;&\t\n_<'";
  constexpr std::array names = {"period", "percnt",  "num",    "semi", "amp",
                                "Tab",    "NewLine", "lowbar", "lt",   "apos"};
  const std::size_t name = named.find(c);
  if (name != std::string_view::npos) return std::string("&") + names[name] + ";";
  const int value = static_cast<unsigned char>(c);
  return value % 2 == 0 ? "&#" + number(value, 10) + ";" : "&#x" + number(value, 16) + ";";
}

inline std::string by_unit(char c) {
  const std::string hex = number(static_cast<unsigned char>(c), 16);
  return "\\u" + std::string(4 - hex.size(), '0') + hex;
}

/// by_css_number and by_css_backslash are the two escapes of CSS; the latter is none for
/// hexadecimal digits, which it leaves as they are.
inline std::string by_css_number(char c) {
  return "\\" + number(static_cast<unsigned char>(c), 16) + " ";
}
inline std::string by_css_backslash(char c) {
  const bool is_digit =
      std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos;
  return is_digit ? std::string(1, c) : std::string("\\") + c;
}

/// by_script is an escape of JavaScript.
inline std::string by_script(char c) {
  const std::string hex = number(static_cast<unsigned char>(c), 16);
  return c % 2 == 0 ? "\\u{" + hex + "}" : "\\x" + (hex.size() == 1 ? "0" + hex : hex);
}

}  // namespace signgate::rewrite::testing
