// SPDX-License-Identifier: Apache-2.0
#include "policy/request_context.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

TEST(RequestContext, KeysCountInEitherCaseAndEmptyIsNotMissing) {
  RequestContext context;
  EXPECT_EQ(context.find("aws:Referer"), nullptr);
  context.set("aws:Referer", "");
  ASSERT_NE(context.find("AWS:referer"), nullptr);
  EXPECT_EQ(*context.find("AWS:referer"), "");
  context.set("AWS:REFERER", "x");
  EXPECT_EQ(*context.find("aws:Referer"), "x");
}

TEST(RequestContext, ComparesAsciiOnly) {
  EXPECT_TRUE(equals_ignore_case("aZ@[", "Az@["));
  EXPECT_FALSE(equals_ignore_case("@", "`"));
  EXPECT_FALSE(equals_ignore_case("a", "ab"));
  EXPECT_FALSE(equals_ignore_case("\xc3\x89", "\xc3\xa9"));
}

}  // namespace
}  // namespace signgate::policy
