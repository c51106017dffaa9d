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

void append_url_base64(std::string& out, std::string_view bytes) {
  const std::size_t begin = out.size();
  out.resize(begin + (bytes.size() + 2) / 3 * 4);
  char* cursor = out.data() + begin;
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
  };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *cursor++ = alphabet[group >> 18];
    *cursor++ = alphabet[group >> 12 & 63];
    *cursor++ = alphabet[group >> 6 & 63];
    *cursor++ = alphabet[group & 63];
  }
  const std::size_t rest = bytes.size() % 3;
  if (rest != 0) out.back() = padding;
  if (rest == 1) out[out.size() - 2] = padding;
}

std::string url_base64_encode(std::span<const unsigned char> bytes) {
  std::string out;
  append_url_base64(out, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
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
