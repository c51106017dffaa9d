// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// Sixteen bytes of text at once, by the vector types that GCC and clang share. Comparisons of
/// blocks give a mask, whose bytes are all ones where they hold. Any thread.
namespace signgate {

using ByteBlock [[gnu::vector_size(16)]] = unsigned char;

/// load_block reads a block at any address.
[[nodiscard]] inline ByteBlock load_block(const char* at) noexcept {
  ByteBlock block;
  std::memcpy(&block, at, sizeof block);
  return block;
}

/// within is the mask of the bytes from `first` to `last`.
[[nodiscard]] inline auto within(ByteBlock block, unsigned char first,
                                 unsigned char last) noexcept {
  return (block - first) <= static_cast<unsigned char>(last - first);
}

/// BlockMarks is a mask as two words; the first byte of the text is the lowest of the first, on
/// machines where policy::words_are_ordered.
struct BlockMarks {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  template <class Mask>
  explicit BlockMarks(const Mask& mask) noexcept {
    static_assert(sizeof(Mask) == sizeof(ByteBlock));
    std::array<std::uint64_t, 2> words;
    std::memcpy(words.data(), &mask, sizeof words);
    first = words[0];
    second = words[1];
  }
  BlockMarks(std::uint64_t low, std::uint64_t high) noexcept : first(low), second(high) {}

  [[nodiscard]] bool none() const noexcept { return (first | second) == 0; }
  [[nodiscard]] bool all() const noexcept { return (first & second) == ~std::uint64_t{0}; }

  /// followed_by marks the bytes that are marked here, and whose next one is in `next`. The last
  /// byte of a block is not known to be followed by anything.
  [[nodiscard]] BlockMarks followed_by(const BlockMarks& next) const noexcept {
    return {first & (next.first >> 8 | next.second << 56), second & next.second >> 8};
  }
};

}  // namespace signgate
