// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/regex.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

TEST(Regex, MatchesAnywhereUnlessAnchored) {
  const Regex php("\\.php$", false);
  EXPECT_TRUE(php.matches("/index.php"));
  EXPECT_FALSE(php.matches("/index.php/x"));
  EXPECT_FALSE(php.matches("/INDEX.PHP"));
  EXPECT_FALSE(php.matches(""));
}

TEST(Regex, IgnoresCaseWhenAsked) {
  const Regex pictures("\\.(gif|jpg)$", true);
  EXPECT_TRUE(pictures.matches("/A.JPG"));
  EXPECT_FALSE(pictures.matches("/a.png"));
}

TEST(Regex, GivesUpOnAPatternThatRunsAway) {
  const Regex evil("^(a+)+$", false);
  EXPECT_FALSE(evil.matches(std::string(60, 'a') + "b"));
}

TEST(Regex, SurvivesBeingMoved) {
  Regex first("^/x", false);
  const Regex second = std::move(first);
  EXPECT_TRUE(second.matches("/xy"));
}

TEST(Regex, GivesWhatItsGroupsTook) {
  const Regex pattern("^/u/([^/]+)(/x)?/(.*)$", false);
  Captures captures;
  ASSERT_TRUE(pattern.search("/u/anna/a/b", captures));
  EXPECT_EQ(captures[0], "/u/anna/a/b");
  EXPECT_EQ(captures[1], "anna");
  EXPECT_EQ(captures[2], "");
  EXPECT_EQ(captures[3], "a/b");
  EXPECT_EQ(captures[4], "");
  EXPECT_FALSE(pattern.search("/v/anna/a", captures));
}

}  // namespace
}  // namespace signgate::route
