// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/name_cache.hpp"

#include <gtest/gtest.h>

namespace signgate::net {
namespace {

const SteadyTime start{std::chrono::hours(1)};

Resolution at(std::uint16_t port, Milliseconds ttl) {
  return {*resolve("127.0.0.1", port), ttl};
}

TEST(NameCache, ForgetsAnAnswerWhenItsTimeIsOver) {
  NameCache cache(4);
  cache.put("a", at(1, Milliseconds(100)), start);
  ASSERT_NE(cache.find("a", start + Milliseconds(99)), nullptr);
  EXPECT_EQ(cache.find("a", start + Milliseconds(100)), nullptr);
  EXPECT_EQ(cache.size(), 0U);
}

TEST(NameCache, KeepsNothingThatDoesNotHold) {
  NameCache cache(4);
  cache.put("a", at(1, Milliseconds(100)), start);
  cache.put("a", at(2, Milliseconds(0)), start);
  EXPECT_EQ(cache.find("a", start), nullptr);
}

TEST(NameCache, TakesTheNewerAnswer) {
  NameCache cache(4);
  cache.put("a", at(1, Milliseconds(100)), start);
  cache.put("a", at(2, Milliseconds(100)), start);
  EXPECT_EQ(endpoint_port(cache.find("a", start)->addresses.front()), 2);
  EXPECT_EQ(cache.size(), 1U);
}

TEST(NameCache, MakesRoomOfWhatWasNotAskedForTheLongest) {
  NameCache cache(2);
  cache.put("a", at(1, Milliseconds(100)), start);
  cache.put("b", at(2, Milliseconds(100)), start);
  ASSERT_NE(cache.find("a", start), nullptr);
  cache.put("c", at(3, Milliseconds(100)), start);
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_NE(cache.find("a", start), nullptr);
  EXPECT_EQ(cache.find("b", start), nullptr);
  EXPECT_NE(cache.find("c", start), nullptr);
}

TEST(WithPort, ChangesThePortOfEitherFamily) {
  EXPECT_EQ(endpoint_text(with_port(resolve("127.0.0.1", 0)->front(), 8080)), "127.0.0.1:8080");
  EXPECT_EQ(endpoint_text(with_port(resolve("::1", 9)->front(), 443)), "[::1]:443");
  EXPECT_EQ(endpoint_text(with_port(*unix_endpoint("/run/a"), 80)), "unix:/run/a");
}

}  // namespace
}  // namespace signgate::net
