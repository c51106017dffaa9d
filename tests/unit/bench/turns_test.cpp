// SPDX-License-Identifier: Apache-2.0
#include "bench/turns.hpp"

#include <gmock/gmock.h>

namespace signgate::bench {
namespace {

TEST(TakeTurns, CountsEachSideInEachRoundButTheFirst) {
  std::vector<std::uint64_t> calls(2);
  const auto side = [&calls](std::size_t index) -> TurnStep {
    return [&calls, index]() -> Result<void> {
      ++calls[index];
      return {};
    };
  };
  const TurnPlan plan{.side = std::chrono::microseconds(100), .rounds = 3};
  const auto rounds = take_turns({side(0), side(1)}, plan);
  ASSERT_TRUE(rounds);
  ASSERT_EQ(rounds->size(), 3U);
  std::vector<std::uint64_t> counted(2);
  for (const TurnRound& round : *rounds) {
    ASSERT_EQ(round.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_GE(round[i].count, 1U);
      EXPECT_GT(round[i].cpu_seconds(), 0);
      counted[i] += round[i].count;
    }
  }
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_LT(counted[i], calls[i]) << "the warm-up counts";
}

TEST(TakeTurns, TakesAStepEvenWhenTheTimeIsOver) {
  const TurnPlan plan{.side = std::chrono::nanoseconds(1), .rounds = 1};
  const auto rounds = take_turns({[] { return Result<void>(); }}, plan);
  ASSERT_TRUE(rounds);
  EXPECT_GE((*rounds)[0][0].count, 1U);
}

TEST(TakeTurns, EndsWithAStepsError) {
  const auto rounds = take_turns({[]() -> Result<void> {
                                   return Error{ErrorCode::resource, Side::own, Retry::no, "so"};
                                 }},
                                 {});
  ASSERT_FALSE(rounds);
  EXPECT_EQ(rounds.error().detail, "so");
}

TEST(OverRounds, SumsUpWhatEachRoundGives) {
  using std::chrono::milliseconds;
  const std::vector<TurnRound> rounds{{{2, milliseconds(4)}}, {{1, milliseconds(6)}}};
  const Summary got =
      over_rounds(rounds, [](const TurnRound& round) { return round[0].cpu_seconds(); });
  EXPECT_DOUBLE_EQ(got.median, 0.004);
  EXPECT_DOUBLE_EQ(got.min, 0.002);
  EXPECT_DOUBLE_EQ(got.max, 0.006);
}

}  // namespace
}  // namespace signgate::bench
