// SPDX-License-Identifier: Apache-2.0
#include "policy/byte_marks.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace signgate::policy {
namespace {

// The place of the first byte that `wanted` says is one, or 8.
template <class Wanted>
std::size_t first_of(const std::string& bytes, Wanted wanted) {
  std::size_t at = 0;
  while (at < bytes.size() && !wanted(static_cast<unsigned char>(bytes[at])))
    ++at;
  return at;
}

std::size_t place(std::uint64_t marks) {
  return marks == 0 ? 8 : first_mark(marks);
}

TEST(ByteMarks, TellTheFirstByteThatIsLookedFor) {
  if (!words_are_ordered) GTEST_SKIP() << "words are not ordered as text is on this machine";
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  for (int round = 0; round < 200'000; ++round) {
    std::string bytes(8, '\0');
    // Near the limits, where a borrow would show, as often as anywhere.
    for (char& byte : bytes) {
      const unsigned from[] = {0, 1, 0x1f, 0x20, 0x21, 0x22, 0x5b, 0x5c, 0x5d, 0x7f, 0x80, 0xff};
      byte = static_cast<char>(random() % 2 == 0 ? random() % 256 : from[random() % 12]);
    }
    const std::uint64_t word = load_word(bytes.data());
    for (const unsigned limit : {1U, 0x20U, 128U}) {
      ASSERT_EQ(place(marks_below(word, static_cast<unsigned char>(limit))),
                first_of(bytes, [&](unsigned char byte) { return byte < limit; }))
          << "seed " << seed << ", round " << round << ", limit " << limit;
    }
    for (const char c : {'"', '\\', '\0', '\xff'}) {
      ASSERT_EQ(place(marks_of(word, c)),
                first_of(bytes,
                         [&](unsigned char byte) { return byte == static_cast<unsigned char>(c); }))
          << "seed " << seed << ", round " << round;
    }
    ASSERT_EQ(place(marks_below(word, 0x20) | marks_of(word, '"')),
              first_of(bytes, [](unsigned char byte) { return byte < 0x20 || byte == '"'; }))
        << "seed " << seed << ", round " << round;
  }
}

}  // namespace
}  // namespace signgate::policy
