// SPDX-License-Identifier: Apache-2.0
#include "signing/url_base64.hpp"

#include <array>
#include <cstdint>

namespace signgate::signing {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~";
constexpr char padding = '_';

constexpr std::array<std::int8_t, 256> make_inverse() {
  std::array<std::int8_t, 256> inverse{};
  inverse.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    inverse[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return inverse;
}

constexpr auto inverse = make_inverse();

}  // namespace

std::string url_base64_encode(std::span<const unsigned char> bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16 |
                                (left > 1 ? static_cast<std::uint32_t>(bytes[i + 1]) << 8 : 0U) |
                                (left > 2 ? static_cast<std::uint32_t>(bytes[i + 2]) : 0U);
    out += alphabet[group >> 18];
    out += alphabet[group >> 12 & 63];
    out += left > 1 ? alphabet[group >> 6 & 63] : padding;
    out += left > 2 ? alphabet[group & 63] : padding;
  }
  return out;
}

std::optional<std::string> url_base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    std::size_t digits = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const char c = text[i + k];
      const std::int8_t value = inverse[static_cast<unsigned char>(c)];
      if (value < 0 || digits < k) {
        if (c != padding || i + 4 != text.size() || k < 2) return std::nullopt;
        group <<= 6;
        continue;
      }
      group = group << 6 | static_cast<std::uint32_t>(value);
      ++digits;
    }
    // Bits that no byte takes must be zero: one signature has one spelling.
    if ((group & (digits == 2 ? 0xFFFFU : digits == 3 ? 0xFFU : 0U)) != 0) return std::nullopt;
    out += static_cast<char>(group >> 16);
    if (digits > 2) out += static_cast<char>(group >> 8 & 255);
    if (digits > 3) out += static_cast<char>(group & 255);
  }
  return out;
}

}  // namespace signgate::signing
