// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/rare_lines.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {
namespace {

using std::chrono::milliseconds;

class RareLinesTest : public testing::Test {
 protected:
  std::vector<std::string> take() { return std::exchange(written_, {}); }
  static SteadyTime at(int ms) { return SteadyTime{} + std::chrono::hours(1) + milliseconds(ms); }

  std::vector<std::string> written_;
  RareLines lines_{[this](const ErrorPlace& place, ErrorLevel level, const std::string& line) {
    std::string text(error_level_names[static_cast<std::size_t>(level)]);
    if (place.log != 0) text += " in " + std::to_string(place.log);
    if (place.connection != 0) text += " *" + std::to_string(place.connection);
    written_.push_back(text + " " + line);
  }};
};

using Lines = std::vector<std::string>;

TEST_F(RareLinesTest, TheFirstIsToldWholeAndTheOthersOfItsSecondAsANumber) {
  for (int i = 0; i < 300; ++i)
    lines_.tell(at(i * 3), {}, ErrorLevel::error, "down", ", client: " + std::to_string(i));
  EXPECT_EQ(take(), Lines{"error down, client: 0"});
  lines_.tick(at(999));
  EXPECT_EQ(take(), Lines{});
  lines_.tick(at(1000));
  EXPECT_EQ(take(), Lines{"error 299 more times: down"});
}

TEST_F(RareLinesTest, EachLogIsCountedApart) {
  const ErrorPlace first{.connection = 7, .log = 1};
  const ErrorPlace second{.connection = 8, .log = 2};
  for (const ErrorPlace& place : {first, second, first})
    lines_.tell(at(0), place, ErrorLevel::error, "down", "");
  EXPECT_EQ(take(), (Lines{"error in 1 *7 down", "error in 2 *8 down"}));
  lines_.tick(at(1000));
  EXPECT_EQ(take(), Lines{"error in 1 1 more times: down"});
}

TEST_F(RareLinesTest, WhatGoesOnIsOneLineASecond) {
  for (int i = 0; i < 10'000; i += 10) {
    lines_.tell(at(i), {}, ErrorLevel::error, "down", ", client: x");
    if (i % 100 == 0) lines_.tick(at(i));
  }
  const Lines all = take();
  ASSERT_EQ(all.size(), 10U);
  EXPECT_EQ(all[0], "error down, client: x");
  EXPECT_EQ(all[1], "error 99 more times: down");
  EXPECT_EQ(all[9], "error 100 more times: down");
}

TEST_F(RareLinesTest, WhatComesBackAfterAQuietSecondIsToldWhole) {
  lines_.tell(at(0), {}, ErrorLevel::info, "a", " 1");
  lines_.tell(at(1000), {}, ErrorLevel::info, "a", " 2");
  lines_.tick(at(2500));
  lines_.tell(at(2500), {}, ErrorLevel::info, "a", " 3");
  EXPECT_EQ(take(), (Lines{"info a 1", "info a 2", "info a 3"}));
}

TEST_F(RareLinesTest, ANumberIsNotLostWhereNobodyTicks) {
  lines_.tell(at(0), {}, ErrorLevel::info, "a", " 1");
  lines_.tell(at(10), {}, ErrorLevel::info, "a", " 2");
  lines_.tell(at(5000), {}, ErrorLevel::info, "a", " 3");
  EXPECT_EQ(take(), (Lines{"info a 1", "info 1 more times: a"}));
  lines_.tick(at(6000));
  EXPECT_EQ(take(), Lines{"info 1 more times: a"});
  lines_.tell(at(7000), {}, ErrorLevel::info, "a", " 4");
  EXPECT_EQ(take(), Lines{"info a 4"});
}

TEST_F(RareLinesTest, KindsAndLevelsAreCountedApart) {
  lines_.tell(at(0), {}, ErrorLevel::info, "a", "");
  lines_.tell(at(0), {}, ErrorLevel::error, "a", "");
  lines_.tell(at(0), {}, ErrorLevel::error, "b", "");
  EXPECT_EQ(take(), (Lines{"info a", "error a", "error b"}));
}

TEST_F(RareLinesTest, KindsPastTheLimitAreCountedTogether) {
  for (std::size_t i = 0; i <= limits::error_lines; ++i)
    lines_.tell(at(0), {}, ErrorLevel::error, "kind " + std::to_string(i), "");
  EXPECT_EQ(take().size(), limits::error_lines);
  lines_.tick(at(1000));
  EXPECT_EQ(take(), Lines{"error 1 more times: other troubles"});
}

}  // namespace
}  // namespace signgate::proxy
