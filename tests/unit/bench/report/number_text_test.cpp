// SPDX-License-Identifier: Apache-2.0
#include "bench/report/number_text.hpp"

#include <gtest/gtest.h>

namespace signgate::bench::report {
namespace {

TEST(CountText, HasThreeDigitsAndAUnit) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(0.97), "0.97");
  EXPECT_EQ(count_text(0.0254), "0.0254");
  EXPECT_EQ(count_text(0.0000014), "0.000001");
  EXPECT_EQ(count_text(12.34), "12.3");
  EXPECT_EQ(count_text(842), "842");
  EXPECT_EQ(count_text(51'380), "51.4 k");
  EXPECT_EQ(count_text(4'382'477), "4.38 M");
  EXPECT_EQ(count_text(1.2e9), "1.2 G");
  EXPECT_EQ(count_text(1.2e13), "12000 G");
}

TEST(CountText, CarriesWhatRoundsToAThousandIntoTheNextUnit) {
  EXPECT_EQ(count_text(999.4), "999");
  EXPECT_EQ(count_text(999.5), "1 k");
  EXPECT_EQ(count_text(999'499), "999 k");
  EXPECT_EQ(count_text(999'500), "1 M");
  EXPECT_EQ(count_text(0.9996), "1");
  EXPECT_EQ(count_text(9.996), "10");
  EXPECT_EQ(count_text(99.96), "100");
}

TEST(TimeText, ChoosesTheUnit) {
  EXPECT_EQ(time_text(240), "240 ns");
  EXPECT_EQ(time_text(19'200), "19.2 µs");
  EXPECT_EQ(time_text(4.04e6), "4.04 ms");
  EXPECT_EQ(time_text(1.5e9), "1.5 s");
}

TEST(RatioText, IsExactWhereItMatters) {
  EXPECT_EQ(ratio_text(0.9945), "0.995");
  EXPECT_EQ(ratio_text(9.5), "9.500");
  EXPECT_EQ(ratio_text(1166.5), "1.17 k");
}

TEST(OtherTexts, AreForPeopleAndForCoordinates) {
  EXPECT_EQ(percent_text(0.0132), "1.3 %");
  EXPECT_EQ(whole_text(4'382'476.6), "4\u00A0382\u00A0477");
  EXPECT_EQ(whole_text(999), "999");
  EXPECT_EQ(whole_text(-3), "0");
  EXPECT_EQ(fixed_text(2.0 / 3, 1), "0.7");
}

}  // namespace
}  // namespace signgate::bench::report
