// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/block_cache.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

namespace signgate::codec {
namespace {

TEST(BlockCache, GivesABlockOfThatSizeAgain) {
  BlockCache cache(1000);
  void* block = cache.take(100);
  std::memset(block, 1, 100);
  cache.give(block);
  EXPECT_EQ(cache.kept(), 100U);
  void* other = cache.take(101);
  EXPECT_NE(other, block);
  EXPECT_EQ(cache.take(100), block);
  EXPECT_EQ(cache.kept(), 0U);
  cache.give(block);
  cache.give(other);
  cache.give(nullptr);
  EXPECT_EQ(cache.kept(), 201U);
}

TEST(BlockCache, KeepsNoMoreThanItMay) {
  BlockCache cache(250);
  void* blocks[3] = {cache.take(100), cache.take(100), cache.take(100)};
  for (void* block : blocks)
    cache.give(block);
  EXPECT_EQ(cache.kept(), 200U);
  void* large = cache.take(251);
  cache.give(large);
  EXPECT_EQ(cache.kept(), 200U);
}

TEST(BlockCache, AlignsForAnything) {
  BlockCache cache(1000);
  void* block = cache.take(1);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t), 0U);
  cache.give(block);
}

}  // namespace
}  // namespace signgate::codec
