// SPDX-License-Identifier: Apache-2.0
#include "bench/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace signgate::bench {
namespace {

TEST(Histogram, WithoutValuesIsZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.quantile(0.5), 0U);
  EXPECT_EQ(histogram.mean(), 0.0);
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 200; ++value)
    histogram.record(value);
  EXPECT_EQ(histogram.count(), 200U);
  EXPECT_EQ(histogram.quantile(0), 1U);
  EXPECT_EQ(histogram.quantile(0.005), 1U);
  EXPECT_EQ(histogram.quantile(0.5), 100U);
  EXPECT_EQ(histogram.quantile(0.99), 198U);
  EXPECT_EQ(histogram.quantile(1), 200U);
  EXPECT_EQ(histogram.max(), 200U);
  EXPECT_DOUBLE_EQ(histogram.mean(), 100.5);
}

TEST(Histogram, QuantilesAreWithinOnePercentOfTheTruth) {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> spread(10, 2);
    Histogram histogram;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 20000; ++i) {
      values.push_back(static_cast<std::uint64_t>(spread(random)));
      histogram.record(values.back());
    }
    std::sort(values.begin(), values.end());
    for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      const auto rank = static_cast<std::size_t>(std::ceil(share * 20000));
      const std::uint64_t truth = values[rank - 1];
      const std::uint64_t found = histogram.quantile(share);
      EXPECT_GE(found, truth);
      EXPECT_LE(static_cast<double>(found), static_cast<double>(truth) * 1.01);
    }
  }
}

TEST(Histogram, BucketsHaveNoGapsAtTheirEdges) {
  for (unsigned bit = 0; bit < 63; ++bit) {
    for (const std::int64_t offset : {-1, 0, 1}) {
      const std::uint64_t value = (std::uint64_t{1} << bit) + static_cast<std::uint64_t>(offset);
      Histogram histogram;
      histogram.record(value);
      histogram.record(std::uint64_t{1}
                       << 63);  // so that max() does not stand in for the bucket's end
      EXPECT_GE(histogram.quantile(0.5), value);
      EXPECT_LE(static_cast<double>(histogram.quantile(0.5)), static_cast<double>(value) * 1.01);
    }
  }
}

TEST(Histogram, TheLargestValuesAreCapped) {
  Histogram histogram;
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.max(), std::uint64_t{1} << 63);
  EXPECT_EQ(histogram.quantile(1), std::uint64_t{1} << 63);
}

TEST(Histogram, MergingIsAsIfOneHadCountedAll) {
  Histogram first;
  Histogram second;
  Histogram all;
  for (std::uint64_t value = 0; value < 5000; value += 7) {
    (value % 2 == 0 ? first : second).record(value * value);
    all.record(value * value);
  }
  first.merge(second);
  EXPECT_EQ(first.count(), all.count());
  EXPECT_EQ(first.max(), all.max());
  EXPECT_DOUBLE_EQ(first.mean(), all.mean());
  for (const double share : {0.1, 0.5, 0.9, 0.999})
    EXPECT_EQ(first.quantile(share), all.quantile(share));
}

}  // namespace
}  // namespace signgate::bench
