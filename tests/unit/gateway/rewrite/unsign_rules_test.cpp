// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/unsign_rules.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

const UnsignRules rules({{"https://d1.cloudfront.net/private/", {"K1", "K2"}},
                         {"https://d1.cloudfront.net/private/films/", {"K3"}},
                         {"http://media.test:8080", {"K4"}},
                         {"nothing", {"K5"}}});

TEST(UnsignRules, KnowTheOriginsOfTheirTargets) {
  EXPECT_TRUE(rules.has_origin("https://d1.cloudfront.net/"));
  EXPECT_TRUE(rules.has_origin("https://D1.CloudFront.net:443/"));
  EXPECT_TRUE(rules.has_origin("http://media.test:8080/"));
  for (const std::string_view url :
       {"http://d1.cloudfront.net/", "https://d1.cloudfront.net:8443/", "https://media.test:8080/",
        "https://d1.cloudfront.net.evil.test/", "https://a@d1.cloudfront.net/", "nothing", ""})
    EXPECT_FALSE(rules.has_origin(url)) << url;
}

TEST(UnsignRules, HoldWhatABrowserResolvesToBelowATarget) {
  EXPECT_TRUE(rules.holds("https://d1.cloudfront.net/private/a.jpg"));
  EXPECT_TRUE(rules.holds("https://d1.cloudfront.net/x/../private/a.jpg"));
  EXPECT_TRUE(rules.holds("http://media.test:8080/"));
  EXPECT_FALSE(rules.holds("https://d1.cloudfront.net/private"));
  EXPECT_FALSE(rules.holds("https://d1.cloudfront.net/private/../a.jpg"));
  EXPECT_FALSE(rules.holds("https://d1.cloudfront.net/PRIVATE/a.jpg"));
}

TEST(UnsignRules, SignByTheirOwnKeysAlone) {
  EXPECT_TRUE(rules.signs("https://d1.cloudfront.net/private/a.jpg", "K1"));
  EXPECT_TRUE(rules.signs("https://d1.cloudfront.net/private/a.jpg", "K2"));
  EXPECT_FALSE(rules.signs("https://d1.cloudfront.net/private/a.jpg", "K3"));
  EXPECT_FALSE(rules.signs("https://d1.cloudfront.net/private/a.jpg", "k1"));
  EXPECT_FALSE(rules.signs("https://d1.cloudfront.net/private/a.jpg", ""));
  // Of two rules one above the other both may have signed it.
  EXPECT_TRUE(rules.signs("https://d1.cloudfront.net/private/films/a", "K1"));
  EXPECT_TRUE(rules.signs("https://d1.cloudfront.net/private/films/a", "K3"));
}

}  // namespace
}  // namespace signgate::rewrite
