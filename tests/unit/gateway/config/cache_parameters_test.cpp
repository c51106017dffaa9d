// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/cache_parameters.hpp"

#include <gtest/gtest.h>

namespace signgate::config {
namespace {

using namespace std::chrono_literals;

constexpr CacheRange range{.most = 10, .takes_min_uses = false, .counts = "things are kept"};

TEST(CacheParameters, HaveNginxsDefaults) {
  const auto cache = parse_cache_parameters("max=10", range);
  ASSERT_TRUE(cache);
  EXPECT_EQ(cache->max, 10U);
  EXPECT_EQ(cache->inactive, 10s);
  EXPECT_EQ(cache->valid, 60s);
  EXPECT_EQ(parse_cache_parameters("off", range)->max, 0U);
}

TEST(CacheParameters, SayWhatIsLegal) {
  const auto flaw = [](std::string_view text) {
    return parse_cache_parameters(text, range).error().message;
  };
  EXPECT_EQ(flaw("valid=1m"),
            "has no max=, how many things are kept; legal: \"off\", or max=NUMBER, inactive=TIME, "
            "valid=TIME");
  EXPECT_EQ(flaw("max=1 min_uses=1").find("has the unknown parameter \"min_uses=1\""), 0U);
  EXPECT_EQ(flaw("max=11").find("has a wrong max=: "), 0U);
}

}  // namespace
}  // namespace signgate::config
