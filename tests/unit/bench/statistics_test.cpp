// SPDX-License-Identifier: Apache-2.0
#include "bench/statistics.hpp"

#include <gtest/gtest.h>

namespace signgate::bench {
namespace {

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoThere) {
  EXPECT_DOUBLE_EQ(median({}), 0);
  EXPECT_DOUBLE_EQ(median({7}), 7);
  EXPECT_DOUBLE_EQ(median({9, 1, 5}), 5);
  EXPECT_DOUBLE_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_DOUBLE_EQ(median({1e308, 1.5e308}), 1.25e308);
}

TEST(Summarise, GivesMedianExtremesAndRelativeDeviation) {
  const Summary sum = summarise({100, 90, 110, 104, 98});
  EXPECT_DOUBLE_EQ(sum.median, 100);
  EXPECT_DOUBLE_EQ(sum.min, 90);
  EXPECT_DOUBLE_EQ(sum.max, 110);
  EXPECT_DOUBLE_EQ(sum.spread, 0.04);  // of 0, 10, 10, 4, 2
}

TEST(Summarise, OneDisturbedRoundMovesNeitherMedianNorSpreadFar) {
  const Summary sum = summarise({100, 101, 99, 100, 3});
  EXPECT_DOUBLE_EQ(sum.median, 100);
  EXPECT_DOUBLE_EQ(sum.spread, 0.01);
  EXPECT_DOUBLE_EQ(sum.min, 3);
}

TEST(Summarise, OneRoundHasNoSpread) {
  const Summary sum = summarise({42});
  EXPECT_DOUBLE_EQ(sum.median, 42);
  EXPECT_DOUBLE_EQ(sum.min, 42);
  EXPECT_DOUBLE_EQ(sum.max, 42);
  EXPECT_DOUBLE_EQ(sum.spread, 0);
}

TEST(Summarise, NothingAndZeroesAreNoDivision) {
  EXPECT_DOUBLE_EQ(summarise({}).median, 0);
  EXPECT_DOUBLE_EQ(summarise({}).spread, 0);
  EXPECT_DOUBLE_EQ(summarise({0, 0, 5}).spread, 0);
}

}  // namespace
}  // namespace signgate::bench
