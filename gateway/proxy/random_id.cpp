// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/random_id.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string_view>

namespace signgate::proxy {
namespace {

// One word of seed would make two processes of a few ten thousand hand out the same ids.
std::mt19937_64 seeded() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(),
                     device(), device(), device(), device()};
  return std::mt19937_64(seed);
}

}  // namespace

void make_random_id(std::span<char> id) {
  thread_local std::mt19937_64 random = seeded();
  constexpr std::string_view hex = "0123456789abcdef";
  do {
    for (std::size_t at = 0; at < id.size();) {
      std::uint64_t bits = random();
      for (std::size_t i = 0; i < 16 && at < id.size(); ++i, bits >>= 4)
        id[at++] = hex[bits & 15];
    }
  } while (!id.empty() && std::all_of(id.begin(), id.end(), [](char c) { return c == '0'; }));
}

}  // namespace signgate::proxy
