// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signgate::route {

/// TagHash makes a short tag of several texts by FNV-1a, the same on every replica, whatever its
/// build. It tells configurations apart; it keeps no secret and stops no forger.
class TagHash {
 public:
  /// mix adds one text; where it ends counts.
  void mix(std::string_view text) noexcept {
    for (const char c : text)
      hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash_ = (hash_ ^ 0xff) * 0x100000001b3;
  }

  /// text is the tag: twelve hexadecimal digits.
  [[nodiscard]] std::string text() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (int shift = 44; shift >= 0; shift -= 4)
      out += digits[hash_ >> shift & 15];
    return out;
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace signgate::route
