// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// Searching text eight bytes at a time without anything but integers: a word is loaded, the bytes
/// looked for are marked in it by their highest bit, and the first mark tells the place. Marks may
/// be joined by `|`. In each set of marks the lowest one is exact; a borrow can only add marks
/// above it. Any thread. Source of the arithmetic: S. E. Anderson, "Bit Twiddling Hacks",
/// "Determine if a word has a byte less than n".
namespace signgate::policy {

/// words_are_ordered says that the first byte of a word is its lowest, without which the place of a
/// mark means nothing: elsewhere, search byte by byte.
inline constexpr bool words_are_ordered = std::endian::native == std::endian::little;

inline constexpr std::uint64_t each_byte = 0x0101010101010101;

/// load_word reads eight bytes, at any address.
[[nodiscard]] inline std::uint64_t load_word(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// marks_below marks the bytes below `limit`, which is 1 to 128.
[[nodiscard]] constexpr std::uint64_t marks_below(std::uint64_t word,
                                                  unsigned char limit) noexcept {
  return (word - each_byte * limit) & ~word & (each_byte * 0x80);
}

/// marks_of marks the bytes that are `c`.
[[nodiscard]] constexpr std::uint64_t marks_of(std::uint64_t word, char c) noexcept {
  return marks_below(word ^ each_byte * static_cast<unsigned char>(c), 1);
}

/// first_mark is the place of the first byte that is marked; there must be one.
[[nodiscard]] constexpr std::size_t first_mark(std::uint64_t marks) noexcept {
  return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
}

}  // namespace signgate::policy
