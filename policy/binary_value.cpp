// SPDX-License-Identifier: Apache-2.0
#include "policy/binary_value.hpp"

#include <cstddef>
#include <cstdint>

namespace signgate::policy {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Hands each byte to `take`; false at the first character that may not stand where it does, and
/// where `take` says so.
template <class Take>
bool decode(std::string_view text, const Take& take) {
  if (text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
    ++padding;
  const std::string_view digits = text.substr(0, text.size() - padding);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : digits) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    if (!take(static_cast<char>(bits >> held & 0xffU))) return false;
  }
  // What the padding leaves over is zero: one text for the same bytes, not several.
  return (bits & ((1U << held) - 1)) == 0;
}

}  // namespace

bool BinaryValue::is_written_as(std::string_view base64) const noexcept {
  std::size_t at = 0;
  const bool alike =
      decode(base64, [&](char byte) { return at < bytes.size() && bytes[at++] == byte; });
  return alike && at == bytes.size();
}

std::optional<BinaryValue> parse_binary_value(std::string_view base64) {
  BinaryValue value;
  const bool whole = decode(base64, [&](char byte) {
    value.bytes += byte;
    return true;
  });
  if (!whole) return std::nullopt;
  return value;
}

}  // namespace signgate::policy
