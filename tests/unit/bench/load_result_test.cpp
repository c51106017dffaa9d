// SPDX-License-Identifier: Apache-2.0
#include "bench/load_result.hpp"

#include <gtest/gtest.h>

namespace signgate::bench {
namespace {

using namespace std::chrono_literals;

LoadResult part(std::uint64_t answers, std::chrono::nanoseconds sending) {
  LoadResult made;
  for (std::uint64_t i = 0; i < answers; ++i)
    made.latency.record(i + 1);
  made.statuses[200] = answers;
  made.errors[1] = 2;
  made.bytes = 100;
  made.due = answers + 3;
  made.sent = answers + 2;
  made.sending = sending;
  return made;
}

TEST(LoadResult, SumsUpWhatThreadsHaveSeen) {
  LoadResult sum;
  sum.merge(part(5, 2s));
  sum.merge(part(15, 1s));
  EXPECT_EQ(sum.answers(), 20U);
  EXPECT_EQ(sum.latency.max(), 15U);
  EXPECT_EQ(sum.statuses, (std::map<unsigned, std::uint64_t>{{200, 20}}));
  EXPECT_EQ(sum.error_sum(), 4U);
  EXPECT_EQ(sum.bytes, 200U);
  EXPECT_EQ(sum.unsent(), 2U);
  EXPECT_EQ(sum.sending, 2s);
  EXPECT_DOUBLE_EQ(sum.rate_reached(), 12);
}

TEST(LoadResult, OfNothingIsNothing) {
  EXPECT_EQ(LoadResult().rate_reached(), 0);
  EXPECT_EQ(LoadResult().error_sum(), 0U);
}

TEST(LoadErrorName, IsDifferentForEach) {
  std::map<std::string_view, int> names;
  for (std::size_t i = 0; i < load_error_count; ++i)
    ++names[load_error_name(static_cast<LoadError>(i))];
  EXPECT_EQ(names.size(), load_error_count);
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace signgate::bench
