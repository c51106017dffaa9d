// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/grant_cache.hpp"

#include <gtest/gtest.h>

#include <string>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {
namespace {

constexpr SteadyTime start = SteadyTime(std::chrono::hours(1));

TEST(GrantCache, HasAnAnswerHoldUntilItsEnd) {
  GrantCache cache;
  const auto key = cache.key({"rule", "/private/7/"});
  ASSERT_TRUE(key);
  EXPECT_EQ(cache.find(*key, start), std::nullopt);
  cache.put(*key, true, start + std::chrono::seconds(10));
  EXPECT_EQ(cache.find(*key, start + std::chrono::milliseconds(9999)), true);
  EXPECT_EQ(cache.find(*key, start + std::chrono::seconds(10)), std::nullopt);
  cache.put(*key, false, start + std::chrono::seconds(20));
  EXPECT_EQ(cache.find(*key, start + std::chrono::seconds(10)), false);
  cache.clear();
  EXPECT_EQ(cache.find(*key, start), std::nullopt);
}

TEST(GrantCache, TellsWhoAskedForWhat) {
  GrantCache cache;
  const auto key = cache.key({"a", "bc"});
  EXPECT_EQ(cache.key({"a", "bc"}), key);
  EXPECT_NE(cache.key({"ab", "c"}), key);
  EXPECT_NE(cache.key({"a", "bc", ""}), key);
  GrantCache other;
  EXPECT_NE(other.key({"a", "bc"}), key) << "each has a key of its own";
}

TEST(GrantCache, ForgetsWhatIsOldestAtItsLimit) {
  GrantCache cache;
  const SteadyTime end = start + std::chrono::hours(1);
  const auto first = cache.key({"first"});
  cache.put(*first, true, end);
  for (std::size_t i = 0; i + 1 < limits::grant_answers; ++i)
    cache.put(*cache.key({std::to_string(i)}), true, end);
  EXPECT_EQ(cache.size(), limits::grant_answers);
  EXPECT_EQ(cache.find(*first, start), true);
  cache.put(*cache.key({"one more"}), true, end);
  EXPECT_EQ(cache.find(*first, start), std::nullopt);
  EXPECT_LE(cache.size(), limits::grant_answers);
  EXPECT_EQ(cache.find(*cache.key({std::to_string(limits::grant_answers - 2)}), start), true);
}

}  // namespace
}  // namespace signgate::proxy
