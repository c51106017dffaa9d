// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/location.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

namespace signgate::config {
namespace {

void expect(std::string_view written, LocationKind kind, std::string_view text) {
  const auto location = parse_location(written);
  ASSERT_TRUE(location) << written << ": " << location.error().message;
  EXPECT_EQ(location->kind, kind) << written;
  EXPECT_EQ(location->text, text) << written;
}

TEST(ParseLocation, TakesEveryModifier) {
  expect("/p", LocationKind::prefix, "/p");
  expect("= /x", LocationKind::exact, "/x");
  expect("=/x", LocationKind::exact, "/x");
  expect("^~ /x", LocationKind::prefix_no_regex, "/x");
  expect("~ \\.(png|jpg)$", LocationKind::regex, "\\.(png|jpg)$");
  expect("~*  \\.PNG$", LocationKind::regex_caseless, "\\.PNG$");
  expect("~*\\.PNG$", LocationKind::regex_caseless, "\\.PNG$");
}

TEST(ParseLocation, RefusesTheRest) {
  for (const char* text :
       {"", "p", "= x", "=", "^~", "~", "~*", "~ ", "@", "@a b", "@a/b", " /p", "!~ x"}) {
    EXPECT_FALSE(parse_location(text)) << text;
  }
}

TEST(ParseLocation, TakesNames) {
  const auto named = parse_location("@named");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->kind, LocationKind::named);
  EXPECT_EQ(named->text, "@named");
}

TEST(ParseLocation, PointsIntoThePattern) {
  const auto flaw = parse_location("~ ^/(a|b$").error();
  EXPECT_EQ(flaw.message, "is not a regular expression: missing closing parenthesis");
  EXPECT_EQ(flaw.offset, 9U);
}

TEST(CheckRegex, BoundsTheLength) {
  EXPECT_TRUE(check_regex(std::string(limits::config_regex, 'a'), false));
  EXPECT_FALSE(check_regex(std::string(limits::config_regex + 1, 'a'), false));
}

TEST(CaptureNames, AreThoseOfTheGroups) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(*capture_names("^/(?<user>a)/(b)/(?P<page>c)/(?'last'd)$", false),
            (Names{"last", "page", "user"}));
  EXPECT_EQ(*capture_names("(?J)(?<a>x)|(?<a>y)", false), Names{"a"});
  EXPECT_EQ(*capture_names("^/(a)", true), Names{});
  EXPECT_FALSE(capture_names("(", true));
}

TEST(CaptureNames, AreNotThoseOfOtherVariables) {
  const auto names = capture_names("^/(?<host>.*)$", false);
  ASSERT_FALSE(names);
  EXPECT_EQ(names.error().message,
            "names a capture \"host\", but $host has a value already: choose another name");
  EXPECT_EQ(names.error().offset, 5U);
  EXPECT_FALSE(capture_names("(?<arg_x>.)", false));
  EXPECT_EQ(parse_location("~ ^/(?<uri>.*)$").error().offset, 7U);
}

}  // namespace
}  // namespace signgate::config
