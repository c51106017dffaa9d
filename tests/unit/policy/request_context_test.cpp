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

TEST(RequestContext, AKeyMayHaveSeveralValuesOrNone) {
  RequestContext context;
  EXPECT_TRUE(context.values("a:k").empty());
  context.set_all("a:K", {"x", "y"});
  context.set("a:other", "z");
  ASSERT_EQ(context.values("A:k").size(), 2U);
  EXPECT_EQ(context.values("a:k")[1], "y");
  EXPECT_EQ(*context.find("a:k"), "x");
  EXPECT_EQ(context.entries().size(), 2U);
  EXPECT_EQ(context.entries().front().key, "a:K");
  context.set("a:k", "one");
  EXPECT_EQ(context.values("a:k").size(), 1U);
  context.set_all("A:K", {});
  EXPECT_EQ(context.find("a:k"), nullptr);
  EXPECT_EQ(context.entries().size(), 1U);
  context.set_all("a:new", {});
  EXPECT_EQ(context.entries().size(), 1U);
}

TEST(RequestContext, ComparesAsciiOnly) {
  EXPECT_TRUE(equals_ignore_case("aZ@[", "Az@["));
  EXPECT_FALSE(equals_ignore_case("@", "`"));
  EXPECT_FALSE(equals_ignore_case("a", "ab"));
  EXPECT_FALSE(equals_ignore_case("\xc3\x89", "\xc3\xa9"));
}

}  // namespace
}  // namespace signgate::policy
