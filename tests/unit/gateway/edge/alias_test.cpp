// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/alias.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

TEST(Alias, WithoutAnyEveryHostIsServed) {
  EXPECT_TRUE(alias_matches({}, "whatever.example"));
}

TEST(Alias, NamesWildcardsAndTheDistributionsOwnNames) {
  const std::vector<std::string> aliases = {"media.example.test", "*.cdn.example"};
  for (const std::string_view host :
       {"media.example.test", "MEDIA.example.test:8443", "a.cdn.example", "a.b.cdn.example:80",
        "d111111abcdef8.cloudfront.net", "d111111abcdef8.cloudfront.cn", "localhost:8443",
        "127.0.0.1:8443", "[::1]:8443"}) {
    EXPECT_TRUE(alias_matches(aliases, host)) << host;
  }
  for (const std::string_view host :
       {"example.test", "xmedia.example.test", "media.example.test.evil", "cdn.example",
        ".cdn.example", "evil-cdn.example", "cloudfront.net", "cloudfront.cn", "localhost.evil",
        ""}) {
    EXPECT_FALSE(alias_matches(aliases, host)) << host;
  }
}

}  // namespace
}  // namespace signgate::edge
