// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace signgate {

/// ByteSet is a set of bytes with a look-up per byte: std::string_view::find_first_of calls memchr
/// for each character, which costs more than the scan itself. Immutable; any thread.
class ByteSet {
 public:
  explicit constexpr ByteSet(std::string_view members) noexcept {
    for (const char c : members)
      is_member_[static_cast<unsigned char>(c)] = true;
  }

  [[nodiscard]] constexpr bool contains(char c) const noexcept {
    return is_member_[static_cast<unsigned char>(c)];
  }

  /// find is the offset of the first member in `text` from `begin` on; text.size() without one.
  [[nodiscard]] constexpr std::size_t find(std::string_view text,
                                           std::size_t begin = 0) const noexcept {
    while (begin < text.size() && !contains(text[begin]))
      ++begin;
    return begin;
  }

 private:
  std::array<bool, 256> is_member_{};
};

}  // namespace signgate
