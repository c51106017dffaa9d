// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/public_suffix.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

TEST(PublicSuffix, IsWhereAnybodyRegistersNames) {
  for (const char* domain : {"com", "co.uk", "cloudfront.net", "github.io", "xn--p1ai", "test",
                             "localhost", "anything.kawasaki.jp"}) {
    EXPECT_TRUE(is_public_suffix(domain)) << domain;
  }
}

TEST(PublicSuffix, IsNothingBelow) {
  for (const char* domain : {"example.com", "example.co.uk", "d1.cloudfront.net", "site.test",
                             "www.site.test", "city.kawasaki.jp", ""}) {
    EXPECT_FALSE(is_public_suffix(domain)) << domain;
  }
}

TEST(PublicSuffix, IsNoAddress) {
  EXPECT_FALSE(is_public_suffix("127.0.0.1"));
  EXPECT_FALSE(is_public_suffix("1"));
  EXPECT_FALSE(is_public_suffix("[::1]"));
}

}  // namespace
}  // namespace signgate::route
