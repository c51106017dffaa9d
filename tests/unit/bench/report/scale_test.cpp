// SPDX-License-Identifier: Apache-2.0
#include "bench/report/scale.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "bench/report/number_text.hpp"

namespace signgate::bench::report {
namespace {

std::string ticks_of(const Scale& scale) {
  std::string out;
  for (const Tick& tick : scale.ticks())
    out += (out.empty() ? "" : " | ") + tick.label;
  return out;
}

TEST(LinearScale, EndsAtARoundNumberAboveTheGreatest) {
  const Scale scale = Scale::linear(3'100, {100, 0}, count_text);
  EXPECT_EQ(ticks_of(scale), "0 | 1 k | 2 k | 3 k | 4 k");
  EXPECT_DOUBLE_EQ(scale.at(0), 100);
  EXPECT_DOUBLE_EQ(scale.at(4'000), 0);
  EXPECT_DOUBLE_EQ(scale.at(1'000), 75);
  EXPECT_EQ(ticks_of(Scale::linear(1'000, {0, 1}, count_text)), "0 | 200 | 400 | 600 | 800 | 1 k");
  EXPECT_EQ(ticks_of(Scale::linear(0, {0, 1}, count_text)), "0 | 0.2 | 0.4 | 0.6 | 0.8 | 1");
}

TEST(LogarithmicScale, RunsBetweenRoundNumbers) {
  const Scale scale = Scale::logarithmic(25'000, 4e6, {0, 100}, time_text);
  EXPECT_EQ(ticks_of(scale), "100 µs | 1 ms");
  EXPECT_DOUBLE_EQ(scale.at(20'000), 0);
  EXPECT_DOUBLE_EQ(scale.at(5e6), 100);
  EXPECT_NEAR(scale.at(1e5), 100 * std::log(5) / std::log(250), 1e-9);
  EXPECT_EQ(ticks_of(Scale::logarithmic(3, 40, {0, 1}, count_text)), "2 | 5 | 10 | 20 | 50");
  EXPECT_EQ(ticks_of(Scale::logarithmic(100, 100, {0, 1}, count_text)), "50 | 100 | 200");
  EXPECT_EQ(ticks_of(Scale::logarithmic(0, 5, {0, 1}, count_text)), "1 | 2 | 5 | 10");
}

TEST(StepsScale, GivesEachValueAPlaceOfItsOwn) {
  const Scale scale = Scale::steps({1, 2, 64}, {0, 100}, whole_text);
  EXPECT_EQ(ticks_of(scale), "1 | 2 | 64");
  EXPECT_DOUBLE_EQ(scale.at(1), 0);
  EXPECT_DOUBLE_EQ(scale.at(2), 50);
  EXPECT_DOUBLE_EQ(scale.at(33), 75);
  EXPECT_DOUBLE_EQ(scale.at(64), 100);
  EXPECT_DOUBLE_EQ(Scale::steps({3}, {0, 100}, whole_text).at(3), 50);
}

TEST(NinesScale, GivesEachNineTheSameWidth) {
  const Scale scale = Scale::nines(0.9999, {0, 100});
  EXPECT_EQ(ticks_of(scale), "50 % | 90 % | 99 % | 99.9 % | 99.99 % | max");
  EXPECT_DOUBLE_EQ(scale.at(0.5), 0);
  EXPECT_DOUBLE_EQ(scale.at(1), 100);
  const double nine = scale.at(0.99) - scale.at(0.9);
  EXPECT_NEAR(scale.at(0.999) - scale.at(0.99), nine, 1e-9);
  EXPECT_NEAR(scale.at(1) - scale.at(0.9999), nine, 1e-6);
}

TEST(AnyScale, EndsWhereDoublesDo) {
  constexpr double extremes[] = {
      std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(),
      std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
      std::numeric_limits<double>::quiet_NaN()};
  for (const double a : extremes) {
    EXPECT_LE(Scale::linear(a, {10, 90}, count_text).ticks().size(), 10U) << a;
    for (const double b : extremes)
      EXPECT_LE(Scale::logarithmic(a, b, {10, 90}, count_text).ticks().size(), 40U) << a << b;
  }
}

TEST(AnyScale, KeepsEveryValueWithinTheDrawing) {
  const unsigned seed = std::random_device{}();
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponent(-12, 15);
  for (int i = 0; i < 2'000; ++i) {
    const double a = std::pow(10, exponent(random));
    const double b = std::pow(10, exponent(random));
    const double outside = std::pow(10, exponent(random)) * (i % 2 == 0 ? -1 : 1);
    for (const Scale& scale :
         {Scale::linear(a, {10, 90}, count_text), Scale::logarithmic(a, b, {10, 90}, count_text)}) {
      EXPECT_LE(scale.ticks().size(), 40U) << "seed " << seed << ": " << a << ' ' << b;
      EXPECT_GE(scale.ticks().size(), 1U) << "seed " << seed << ": " << a << ' ' << b;
      for (const double value : {a, b, outside, 0.0}) {
        EXPECT_GE(scale.at(value), 10) << "seed " << seed << ": " << value;
        EXPECT_LE(scale.at(value), 90) << "seed " << seed << ": " << value;
      }
    }
  }
}

}  // namespace
}  // namespace signgate::bench::report
