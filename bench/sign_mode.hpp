// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace signgate::bench {

/// SignMode says what is made, and what it costs.
enum class SignMode : std::uint8_t {
  cold,     // a signed URL, each with a signature of its own
  memo,     // a signed URL whose signature the gateway's memo knows
  prefix,   // a signed URL below a prefix that one signature opens
  cookies,  // the Set-Cookie texts of a resource, each set with a signature of its own
};

/// all_sign_modes are they, in the order of the tables.
inline constexpr std::array all_sign_modes{SignMode::cold, SignMode::memo, SignMode::prefix,
                                           SignMode::cookies};

/// sign_mode_name is how options and results name it: "cold".
[[nodiscard]] constexpr std::string_view sign_mode_name(SignMode mode) noexcept {
  switch (mode) {
    case SignMode::cold:
      return "cold";
    case SignMode::memo:
      return "memo";
    case SignMode::prefix:
      return "prefix";
    case SignMode::cookies:
      return "cookies";
  }
  return {};
}

/// parse_sign_mode_name is its inverse; nothing for any other text.
[[nodiscard]] constexpr std::optional<SignMode> parse_sign_mode_name(
    std::string_view name) noexcept {
  for (const SignMode mode : all_sign_modes) {
    if (sign_mode_name(mode) == name) return mode;
  }
  return std::nullopt;
}

}  // namespace signgate::bench
