// SPDX-License-Identifier: Apache-2.0
#include "bench/load_schedule.hpp"

#include <gtest/gtest.h>

#include <set>

namespace signgate::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds no_end = nanoseconds::max();

TEST(RequestsDue, CountsThoseBeforeTheEnd) {
  EXPECT_EQ(requests_due(10, 1s), 10U) << "0, 0.1, ... 0.9 s";
  EXPECT_EQ(requests_due(10, 1s + 1ns), 11U);
  EXPECT_EQ(requests_due(10, 1s - 1ns), 10U);
  EXPECT_EQ(requests_due(0.1, 1s), 1U) << "the first one is due at once";
  EXPECT_EQ(requests_due(3, 1s), 3U);
  EXPECT_EQ(requests_due(1e6, 10s), 10'000'000U);
  EXPECT_EQ(requests_due(10, 0s), 0U);
}

TEST(RequestsDue, AgreesWithTheScheduleAtOddRates) {
  for (const double rate : {0.3, 7.0, 49.0, 333.3, 1e4 / 3, 98765.4}) {
    for (const nanoseconds span : {nanoseconds(1s), nanoseconds(30ms), nanoseconds(1234567891)}) {
      const std::uint64_t count = requests_due(rate, span);
      LoadSchedule schedule(rate, count + 1, no_end, 1, 0);
      nanoseconds last{};
      for (std::uint64_t i = 0; i < count; ++i)
        last = schedule.take(0s).value();
      EXPECT_LT(last, span) << rate;
      EXPECT_GE(schedule.take(0s).value(), span) << rate;
    }
  }
}

TEST(LoadSchedule, SpacesRequestsEvenly) {
  LoadSchedule schedule(4, 5, no_end, 1, 0);
  EXPECT_EQ(schedule.size(), 5U);
  for (const nanoseconds due : {0ms, 250ms, 500ms, 750ms, 1000ms})
    EXPECT_EQ(schedule.take(0s), due);
  EXPECT_EQ(schedule.take(0s), std::nullopt);
  EXPECT_EQ(schedule.left(), 0U);
}

TEST(LoadSchedule, DoesNotDrift) {
  LoadSchedule schedule(3, 3'000'001, no_end, 1, 0);
  nanoseconds last{};
  while (const auto due = schedule.take(0s))
    last = *due;
  EXPECT_EQ(last, 1'000'000s);
}

TEST(LoadSchedule, DoesNotAskLessWhenItIsLate) {
  LoadSchedule schedule(10, 10, 1s, 1, 0);
  EXPECT_EQ(schedule.take(0s), 0ms);
  // Half a second without a free connection: each that was due meanwhile comes with its own time.
  for (const nanoseconds due : {100ms, 200ms, 300ms, 400ms, 500ms})
    EXPECT_EQ(schedule.take(500ms), due);
  EXPECT_EQ(schedule.left(), 4U);
}

TEST(LoadSchedule, KeepsWhatWasNotSentByTheEnd) {
  LoadSchedule schedule(10, 10, 1s, 1, 0);
  EXPECT_TRUE(schedule.take(1s - 1ns));
  EXPECT_EQ(schedule.take(1s), std::nullopt);
  EXPECT_EQ(schedule.take(5s), std::nullopt);
  EXPECT_EQ(schedule.left(), 9U);
}

TEST(LoadSchedule, PartsTogetherAreTheWhole) {
  for (const unsigned parts : {1U, 2U, 3U, 7U}) {
    std::multiset<nanoseconds> all;
    std::uint64_t sizes = 0;
    for (unsigned part = 0; part < parts; ++part) {
      LoadSchedule schedule(1000, 20, no_end, parts, part);
      sizes += schedule.size();
      while (const auto due = schedule.take(0s))
        all.insert(*due);
    }
    EXPECT_EQ(sizes, 20U);
    ASSERT_EQ(all.size(), 20U);
    nanoseconds expected{};
    for (const nanoseconds due : all) {
      EXPECT_EQ(due, expected) << parts;
      expected += 1ms;
    }
  }
}

TEST(LoadSchedule, APartMayBeEmpty) {
  LoadSchedule schedule(5, 2, no_end, 4, 3);
  EXPECT_EQ(schedule.size(), 0U);
  EXPECT_EQ(schedule.take(0s), std::nullopt);
}

}  // namespace
}  // namespace signgate::bench
