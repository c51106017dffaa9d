// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/byte_block.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signgate {
namespace {

TEST(ByteBlock, MarksRanges) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t place = 0; place < sizeof(ByteBlock); ++place) {
      std::string text(sizeof(ByteBlock), 'm');
      text[place] = static_cast<char>(byte);
      const BlockMarks marks(within(load_block(text.data()), 'a', 'z'));
      EXPECT_EQ(marks.all(), byte >= 'a' && byte <= 'z') << byte << " at " << place;
      EXPECT_FALSE(marks.none());
    }
  }
}

TEST(ByteBlock, TellsNeighbours) {
  for (std::size_t place = 0; place < sizeof(ByteBlock); ++place) {
    std::string text(sizeof(ByteBlock), 'm');
    text[place] = '/';
    const BlockMarks slashes(load_block(text.data()) == '/');
    EXPECT_FALSE(slashes.none());
    EXPECT_TRUE(slashes.followed_by(slashes).none());
    if (place + 1 == sizeof(ByteBlock)) continue;
    text[place + 1] = '.';
    const ByteBlock block = load_block(text.data());
    EXPECT_FALSE(BlockMarks(block == '/').followed_by(BlockMarks(block == '.')).none()) << place;
    EXPECT_TRUE(BlockMarks(block == '.').followed_by(BlockMarks(block == '/')).none()) << place;
  }
}

}  // namespace
}  // namespace signgate
