// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/referer_rule.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

#include "gateway/config/access_values.hpp"

namespace signgate::route {
namespace {

RefererRule rule(std::initializer_list<std::string_view> words,
                 const std::vector<std::string>& server_names = {}) {
  config::Referers settings;
  for (const std::string_view word : words)
    EXPECT_TRUE(config::add_referer(word, settings)) << word;
  return {settings, server_names};
}

TEST(RefererRule, ForbidsNothingWithoutAName) {
  EXPECT_TRUE(rule({"none", "blocked"}).is_valid("http://anyone.example/"));
  EXPECT_TRUE(rule({}).is_valid(std::nullopt));
}

TEST(RefererRule, KnowsNoneAndBlocked) {
  const RefererRule strict = rule({"www.example.com"});
  EXPECT_FALSE(strict.is_valid(std::nullopt));
  EXPECT_FALSE(strict.is_valid("masked"));
  EXPECT_FALSE(strict.is_valid(""));
  const RefererRule lax = rule({"none", "blocked", "www.example.com"});
  EXPECT_TRUE(lax.is_valid(std::nullopt));
  EXPECT_TRUE(lax.is_valid("masked"));
  EXPECT_TRUE(lax.is_valid("ftp://www.example.com/"));
  EXPECT_FALSE(lax.is_valid("http://evil.example/"));
}

TEST(RefererRule, ComparesHostsInAnyCaseAndWithoutPort) {
  const RefererRule named = rule({"WWW.example.com"});
  EXPECT_TRUE(named.is_valid("http://www.example.com"));
  EXPECT_TRUE(named.is_valid("HTTPS://www.EXAMPLE.com:8443/x?y"));
  EXPECT_FALSE(named.is_valid("http://www.example.com.evil.example/"));
  EXPECT_FALSE(named.is_valid("http://example.com/www.example.com"));
  EXPECT_FALSE(named.is_valid("http://www.example.com@evil.example/"));
}

TEST(RefererRule, TakesStarsAtEitherEnd) {
  const RefererRule tail = rule({"*.example.com"});
  EXPECT_TRUE(tail.is_valid("http://a.b.example.com/"));
  EXPECT_FALSE(tail.is_valid("http://example.com/"));
  EXPECT_FALSE(tail.is_valid("http://badexample.com/"));
  const RefererRule dotted = rule({".example.com"});
  EXPECT_TRUE(dotted.is_valid("http://example.com/"));
  EXPECT_TRUE(dotted.is_valid("http://a.example.com/"));
  const RefererRule head = rule({"www.example.*"});
  EXPECT_TRUE(head.is_valid("http://www.example.co.uk/"));
  EXPECT_FALSE(head.is_valid("http://example.com/"));
}

TEST(RefererRule, AsksForThePathOfItsName) {
  const RefererRule path = rule({"example.org/galleries/"});
  EXPECT_TRUE(path.is_valid("http://example.org/galleries/1"));
  EXPECT_TRUE(path.is_valid("http://example.org:80/galleries/"));
  EXPECT_FALSE(path.is_valid("http://example.org/other/"));
  EXPECT_FALSE(path.is_valid("http://example.org"));
}

TEST(RefererRule, TriesExpressionsOnWhatFollowsTheScheme) {
  const RefererRule pattern = rule({R"(~\.google\.)"});
  EXPECT_TRUE(pattern.is_valid("http://www.GOOGLE.de/search"));
  EXPECT_TRUE(rule({"~^example.net/x"}).is_valid("https://example.net/x"));
  EXPECT_FALSE(pattern.is_valid("http://google/"));
}

TEST(RefererRule, TakesTheNamesOfItsServer) {
  const RefererRule own = rule({"server_names"}, {"site.example", "*.site.example", R"(~^s\d+\.)"});
  EXPECT_TRUE(own.is_valid("http://site.example/"));
  EXPECT_TRUE(own.is_valid("http://a.site.example/"));
  EXPECT_TRUE(own.is_valid("http://s7.example/"));
  EXPECT_FALSE(own.is_valid("http://other.example/s7."));
}

}  // namespace
}  // namespace signgate::route
