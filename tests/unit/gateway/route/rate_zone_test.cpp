// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/rate_zone.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"
#include "gateway/config/access.hpp"

namespace signgate::route {
namespace {

using Outcome = RateZone::Outcome;

constexpr std::uint64_t roomy = 1 << 20;

TEST(RateZone, LetsOneRequestThroughAndThenItsRate) {
  RateZone zone(roomy, 1000);  // a request a second
  EXPECT_EQ(zone.look("a", 0, true, 0).outcome, Outcome::counted);
  const auto second = zone.look("a", 0, true, 0);
  EXPECT_EQ(second.outcome, Outcome::exceeded);
  EXPECT_EQ(second.excess, 1000);
  EXPECT_EQ(zone.look("a", 0, true, 999).outcome, Outcome::exceeded);
  EXPECT_EQ(zone.look("a", 0, true, 1000).outcome, Outcome::counted);
  EXPECT_EQ(zone.look("b", 0, true, 1000).outcome, Outcome::counted);
}

TEST(RateZone, KeepsTheExcessInThousandths) {
  RateZone zone(roomy, 16);  // 1r/m, as nginx rounds it
  EXPECT_EQ(zone.look("a", 5000, true, 0).excess, 0);
  EXPECT_EQ(zone.look("a", 5000, true, 0).excess, 1000);
  EXPECT_EQ(zone.look("a", 5000, true, 500).excess, 2000 - 8);
  EXPECT_EQ(zone.look("a", 5000, true, 500).excess, 3000 - 8);
}

TEST(RateZone, TakesABurstAndRefusesWhatIsPastIt) {
  RateZone zone(roomy, 1000);
  int taken = 0;
  for (int i = 0; i < 10; ++i)
    taken += zone.look("a", 5000, true, 0).outcome == Outcome::counted ? 1 : 0;
  EXPECT_EQ(taken, 6);
  // A refused request does not count.
  EXPECT_EQ(zone.look("a", 5000, true, 1000).outcome, Outcome::counted);
  EXPECT_EQ(zone.look("a", 5000, true, 1000).outcome, Outcome::exceeded);
}

TEST(RateZone, EmptiesABucketHoweverLongAgo) {
  RateZone zone(roomy, 2'000'000'000);
  EXPECT_EQ(zone.look("a", 0, true, 0).outcome, Outcome::counted);
  EXPECT_EQ(zone.look("a", 0, true, std::int64_t{1} << 50).excess, 0);
}

TEST(RateZone, SurvivesAClockThatGoesBack) {
  RateZone zone(roomy, 1000);
  EXPECT_EQ(zone.look("a", 9000, true, 100000).excess, 0);
  EXPECT_EQ(zone.look("a", 9000, true, 99000).excess, 1000);   // a little: no time has passed
  EXPECT_EQ(zone.look("a", 9000, true, 100000).excess, 2000);  // and it is not gained afterwards
}

TEST(RateZone, DelaysByWhatIsPastTheDelay) {
  const RateZone zone(roomy, 2000);
  EXPECT_EQ(zone.delay(0, 0), 0);
  EXPECT_EQ(zone.delay(1000, 0), 500);
  EXPECT_EQ(zone.delay(1000, 1000), 0);
  EXPECT_EQ(zone.delay(3000, 1000), 1000);
  EXPECT_EQ(zone.delay(3000, config::LimitReq::no_delay), 0);
}

TEST(RateZone, CountsAHeldRequestOnceItIsAccounted) {
  RateZone zone(roomy, 1000);
  const auto first = zone.look("a", 5000, false, 0);
  ASSERT_EQ(first.outcome, Outcome::held);
  EXPECT_EQ(zone.account(*first.state, 0), 0);
  const auto second = zone.look("a", 5000, false, 0);
  ASSERT_EQ(second.outcome, Outcome::held);
  EXPECT_EQ(zone.account(*second.state, 0), 1000);
  const auto third = zone.look("a", 5000, false, 0);
  RateZone::release(*third.state);
  EXPECT_EQ(zone.look("a", 5000, true, 0).excess, 2000);  // the third one was let go
}

TEST(RateZone, ForgetsWhatWasAskedForLongestAgo) {
  RateZone zone(3 * (limits::limit_state + 1), 1000);
  for (const char* key : {"a", "b", "c"})
    EXPECT_EQ(zone.look(key, 0, true, 0).outcome, Outcome::counted);
  EXPECT_EQ(zone.look("a", 0, true, 0).outcome, Outcome::exceeded);  // now the latest
  EXPECT_EQ(zone.look("d", 0, true, 0).outcome, Outcome::counted);
  EXPECT_EQ(zone.states(), 3U);
  EXPECT_EQ(zone.look("a", 0, true, 0).outcome, Outcome::exceeded);
  EXPECT_EQ(zone.look("b", 0, true, 0).outcome, Outcome::counted);  // was forgotten
  EXPECT_LE(zone.used(), 3 * (limits::limit_state + 1));
}

TEST(RateZone, ForgetsNothingThatIsHeld) {
  RateZone zone(2 * (limits::limit_state + 1), 1000);
  const auto a = zone.look("a", 0, false, 0);
  const auto b = zone.look("b", 0, false, 0);
  EXPECT_EQ(zone.look("c", 0, true, 0).outcome, Outcome::no_room);
  RateZone::release(*a.state);
  EXPECT_EQ(zone.look("c", 0, true, 0).outcome, Outcome::counted);
  EXPECT_EQ(zone.account(*b.state, 0), 0);
}

TEST(RateZone, RefusesAKeyThatNoRoomCouldHold) {
  RateZone zone(limits::limit_state + 10, 1000);
  EXPECT_EQ(zone.look(std::string(10, 'k'), 0, true, 0).outcome, Outcome::counted);
  EXPECT_EQ(zone.look(std::string(11, 'k'), 0, true, 0).outcome, Outcome::no_room);
}

}  // namespace
}  // namespace signgate::route
