// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/random_id.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>

namespace signgate::proxy {
namespace {

// One word of seed would make two processes of a few ten thousand hand out the same ids.
std::mt19937_64 seeded() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(),
                     device(), device(), device(), device()};
  return std::mt19937_64(seed);
}

// The eight digits of `bits`, lowest first, all at once: each byte of `digits` holds one nibble.
std::uint64_t hex_digits(std::uint32_t bits) {
  std::uint64_t digits = bits;
  digits = (digits | digits << 16) & 0x0000ffff0000ffff;
  digits = (digits | digits << 8) & 0x00ff00ff00ff00ff;
  digits = (digits | digits << 4) & 0x0f0f0f0f0f0f0f0f;
  const std::uint64_t letters = (digits + 0x0606060606060606) >> 4 & 0x0101010101010101;
  return digits + 0x3030303030303030 + letters * ('a' - '0' - 10);
}

}  // namespace

void make_random_id(std::span<char> id) {
  thread_local std::mt19937_64 random = seeded();
  std::uint32_t any = 0;  // of the bits that were used
  do {
    for (std::size_t at = 0; at < id.size();) {
      const std::uint64_t bits = random();
      for (const auto half :
           {static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32)}) {
        const std::uint64_t digits = hex_digits(half);
        const std::size_t size = std::min(id.size() - at, sizeof digits);
        std::memcpy(id.data() + at, &digits, size);
        at += size;
        any |= size == sizeof digits ? half : half & ((1U << 4 * size) - 1);
      }
    }
  } while (!id.empty() && any == 0);
}

}  // namespace signgate::proxy
