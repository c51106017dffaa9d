// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/health_state.hpp"

#include <gtest/gtest.h>

namespace signgate::upstream {
namespace {

using Change = HealthState::Change;

TEST(HealthState, ChangesAfterSoManyChecksInARow) {
  config::HealthCheck check;
  check.fails = 2;
  check.passes = 3;
  HealthState state;
  EXPECT_EQ(state.record(check, false), Change::none);
  EXPECT_EQ(state.record(check, true), Change::none);
  EXPECT_EQ(state.record(check, false), Change::none);
  EXPECT_EQ(state.record(check, false), Change::unhealthy);
  EXPECT_FALSE(state.is_healthy());
  EXPECT_EQ(state.record(check, true), Change::none);
  EXPECT_EQ(state.record(check, true), Change::none);
  EXPECT_EQ(state.record(check, false), Change::none);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(state.record(check, true), Change::none);
  EXPECT_EQ(state.record(check, true), Change::healthy);
  EXPECT_TRUE(state.is_healthy());
}

TEST(HealthState, MayBeginUnwell) {
  HealthState state(false);
  EXPECT_EQ(state.record({}, true), Change::healthy);
  EXPECT_EQ(state.record({}, false), Change::unhealthy);
}

TEST(PassesCheck, LooksAtTheRangesOfStatuses) {
  config::HealthCheck check;
  EXPECT_TRUE(passes_check(check, 200) && passes_check(check, 399));
  EXPECT_FALSE(passes_check(check, 400) || passes_check(check, 199));
  check.status = {{200, 200}, {500, 503}};
  EXPECT_TRUE(passes_check(check, 200) && passes_check(check, 501));
  EXPECT_FALSE(passes_check(check, 201) || passes_check(check, 504));
}

}  // namespace
}  // namespace signgate::upstream
