// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/cookie_rewrite.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

using Kind = config::TextRule::Kind;

class CookieRewriteTest : public testing::Test {
 protected:
  std::string applied(const char* value) const {
    return CookieRewrite(settings_).apply(value, values_).value_or("-");
  }

  VariableValues values_;

  config::ProxyAnswer settings_;
};

TEST_F(CookieRewriteTest, ChangesDomainAndPath) {
  settings_.proxy_cookie_domain = {{Kind::literal, "localhost", "example.org"}};
  settings_.proxy_cookie_path = {{Kind::literal, "/two/", "/"}};
  EXPECT_EQ(applied("a=1; Path=/two/x; Domain=.LocalHost; secure"),
            "a=1; Path=/x; Domain=.example.org; secure");
  EXPECT_EQ(applied("a=1;path=/two/;HttpOnly"), "a=1; path=/; HttpOnly");
  EXPECT_EQ(applied("a = 1 ; Path = /two/ ; Domain = localhost"),
            "a=1; Path=/; Domain=example.org");
  EXPECT_EQ(applied("a=1;  PATH\t=  /two/y;Max-Age = 5 "), "a=1; PATH=/y; Max-Age=5");
  EXPECT_EQ(applied("a = 1 ; Path = /one/"), "-");
  EXPECT_EQ(applied("a=1; path=/two"), "-");
  EXPECT_EQ(applied("a=Path=/two/"), "-");
  EXPECT_EQ(applied("path=/two/"), "-");  // a cookie of that name
}

TEST_F(CookieRewriteTest, SetsAndTakesFlags) {
  settings_.proxy_cookie_flags = {{Kind::literal, "one", {"secure", "httponly", "samesite=strict"}},
                                  {Kind::regex, "", {"nosecure", "nohttponly", "nosamesite"}}};
  EXPECT_EQ(applied("one=1"), "one=1; Secure; HttpOnly; SameSite=Strict");
  EXPECT_EQ(applied("One=1; secure; SameSite=None"), "One=1; secure; SameSite=Strict; HttpOnly");
  EXPECT_EQ(applied("two=1; Secure; HttpOnly; secure; SameSite=Lax; Path=/"), "two=1; Path=/");
  EXPECT_EQ(applied("two=1"), "-");
}

TEST_F(CookieRewriteTest, TakesFlagsFromVariables) {
  settings_.proxy_cookie_flags = {
      {Kind::literal, "a", {"$arg_one", "samesite=$arg_site", "httponly"}},
      {Kind::regex, "^([a-z]+)-(?<site>.+)$", {"$1", "samesite=$site"}}};
  EXPECT_EQ(applied("a=1"), "a=1; HttpOnly");
  values_.args = "one=Secure&site=LAX";
  EXPECT_EQ(applied("a=1"), "a=1; Secure; HttpOnly; SameSite=Lax");
  values_.args = "one=nonsense&site=nowhere";
  EXPECT_EQ(applied("a=1; SameSite=Lax"), "a=1; SameSite=Lax; HttpOnly");
  EXPECT_EQ(applied("secure-none=1"), "secure-none=1; Secure; SameSite=None");
  EXPECT_EQ(applied("other-way=1"), "-");
}

TEST_F(CookieRewriteTest, SettlesContradictionsAsNginxDoes) {
  settings_.proxy_cookie_flags = {
      {Kind::regex,
       "^ABC$",
       {"nosecure", "samesite=none", "samesite=lax", "secure", "nosamesite"}}};
  EXPECT_EQ(applied("abc=1; secure"), "abc=1; secure; SameSite=Lax");
  EXPECT_EQ(applied("Abc=1; samesite=Strict"), "Abc=1; SameSite=Lax; Secure");
  EXPECT_EQ(applied("abc=1; samesite=lax; secure"), "-");
}

TEST_F(CookieRewriteTest, LeavesWhatIsNoCookie) {
  settings_.proxy_cookie_flags = {{Kind::regex, "", {"secure"}}};
  EXPECT_EQ(applied(""), "-");
  EXPECT_EQ(applied("; Path=/"), "-");
  EXPECT_EQ(applied("=x"), "-");
  EXPECT_EQ(applied("flag"), "flag; Secure");
}

}  // namespace
}  // namespace signgate::route
