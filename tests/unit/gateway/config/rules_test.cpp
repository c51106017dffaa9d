// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/rules.hpp"

#include <gtest/gtest.h>

namespace signgate::config {
namespace {

using Kind = TextRule::Kind;

TEST(TextRules, AreLiteralsOrExpressions) {
  const auto literal = parse_text_rule("http://a/$uri /b$is_args", true);
  ASSERT_TRUE(literal);
  EXPECT_EQ(*literal, (TextRule{Kind::literal, "http://a/$uri", "/b$is_args"}));
  EXPECT_EQ(*parse_text_rule("~^http://[^/]+(/.*)$ $scheme://$host$1", true),
            (TextRule{Kind::regex, "^http://[^/]+(/.*)$", "$scheme://$host$1"}));
  EXPECT_EQ(*parse_text_rule("\"~*^a b\" c", false), (TextRule{Kind::regex_caseless, "^a b", "c"}));
}

TEST(TextRules, TakeDefaultWhereItMeansSomething) {
  EXPECT_EQ(parse_text_rule("default", true)->kind, Kind::standard);
  EXPECT_FALSE(parse_text_rule("default", false));
}

TEST(TextRules, SayWhatIsWrongAndWhere) {
  EXPECT_FALSE(parse_text_rule("", true));
  EXPECT_FALSE(parse_text_rule("one", true));
  EXPECT_FALSE(parse_text_rule("one two three", true));
  EXPECT_EQ(parse_text_rule("a $nonsense", true).error().offset, 2U);
  EXPECT_TRUE(parse_text_rule("a b$1", true));  // the location's group
  EXPECT_EQ(parse_text_rule("~( b", true).error().offset, 2U);
  EXPECT_EQ(parse_text_rule("~x $1$nonsense", true).error().offset, 5U);
  EXPECT_EQ(parse_text_rule("a b\nc", true).error().offset, 3U);
}

TEST(CookieFlagRules, NameACookieAndFlags) {
  EXPECT_EQ(*parse_cookie_flags("one secure samesite=strict"),
            (CookieFlags{Kind::literal, "one", {"secure", "samesite=strict"}}));
  EXPECT_EQ(*parse_cookie_flags("~ nosecure"), (CookieFlags{Kind::regex, "", {"nosecure"}}));
  EXPECT_EQ(*parse_cookie_flags("one $arg_f samesite=$host"),
            (CookieFlags{Kind::literal, "one", {"$arg_f", "samesite=$host"}}));
  EXPECT_TRUE(parse_cookie_flags("~(?<way>.*) ${way} $1"));
  EXPECT_EQ(parse_cookie_flags("one secure $nonsense").error().offset, 11U);
  EXPECT_FALSE(parse_cookie_flags("one"));
  EXPECT_EQ(parse_cookie_flags("one secure sekure").error().offset, 11U);
}

TEST(ErrorPageRules, HaveCodesAPerhapsOtherStatusAndATarget) {
  EXPECT_EQ(*parse_error_page("404 /404.html"), (ErrorPage{{404}, std::nullopt, "/404.html"}));
  EXPECT_EQ(*parse_error_page("500 502 =200 /x?a=$uri"), (ErrorPage{{500, 502}, 200, "/x?a=$uri"}));
  EXPECT_EQ(*parse_error_page("403 = @login"), (ErrorPage{{403}, 0, "@login"}));
  EXPECT_EQ(*parse_error_page("403 =301 https://a.test/"),
            (ErrorPage{{403}, 301, "https://a.test/"}));
}

TEST(ErrorPageRules, RefuseWhatIsNone) {
  for (const char* text :
       {"", "404", "/404.html", "200 /x", "499 /x", "600 /x", "404 =99 /x", "=200 /x",
        "404 =200 500 /x", "404 x", "404 @", "404 /$nonsense", "x /x"}) {
    EXPECT_FALSE(parse_error_page(text)) << text;
  }
}

TEST(TextRules, KnowTheNamesOfTheirOwnGroups) {
  EXPECT_TRUE(parse_text_rule("~^/(?<page>.*)$ /$page/${page}x", true));
  EXPECT_FALSE(parse_text_rule("~^/(?<page>.*)$ /$pages", true));
  EXPECT_FALSE(parse_text_rule("/(?<page>.*) /$page", true));  // no expression
  EXPECT_EQ(parse_text_rule("~^/(?<page>.*)$ $page$nonsense", true).error().offset, 21U);
  EXPECT_EQ(parse_text_rule("~(?<host>x) y", true).error().offset, 4U);
}

}  // namespace
}  // namespace signgate::config
