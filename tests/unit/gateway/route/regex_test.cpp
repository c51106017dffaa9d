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

TEST(Regex, GivesAsManyGroupsAsAreAskedFor) {
  const Regex pattern("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", false);
  EXPECT_EQ(pattern.groups(), 11U);
  std::vector<std::string_view> captures(12);
  ASSERT_TRUE(pattern.search("abcdefghijk", captures));
  EXPECT_EQ(captures[9], "i");
  EXPECT_EQ(captures[10], "j");
  EXPECT_EQ(captures[11], "k");
  Captures ten;
  ASSERT_TRUE(pattern.search("abcdefghijk", ten));
  EXPECT_EQ(ten[9], "i");
}

std::string named(const std::unique_ptr<Captured>& captured, std::string_view name) {
  const std::string_view* value = captured ? captured->find(name) : nullptr;
  return value != nullptr ? std::string(*value) : "none";
}

TEST(RegexTake, NotesNumbersAndNames) {
  std::unique_ptr<Captured> captured;
  const Regex pattern("^/u/(?<user>[^/]+)(/x)?(?:/(?<rest>r.*))?", false);
  EXPECT_EQ(pattern.group_of("rest"), 3U);
  EXPECT_EQ(pattern.group_of("host"), 0U);
  EXPECT_FALSE(pattern.take("/v/anna", captured));
  EXPECT_EQ(captured, nullptr);
  ASSERT_TRUE(pattern.take("/u/anna/y", captured));
  EXPECT_EQ(captured->numbered[0], "/u/anna");
  EXPECT_EQ(captured->numbered[1], "anna");
  EXPECT_EQ(captured->numbered[2], "");
  EXPECT_EQ(named(captured, "user"), "anna");
  EXPECT_EQ(named(captured, "rest"), "");
  EXPECT_EQ(named(captured, "other"), "none");
}

TEST(RegexTake, LeavesNumbersToTheLastMatchAndKeepsNames) {
  std::unique_ptr<Captured> captured;
  const Regex first("^(?<sub>.+)\\.a$", true);
  ASSERT_TRUE(first.take("x.a", captured));
  const Regex other("^/(?<page>p)", false);
  EXPECT_FALSE(other.take("/q", captured));
  EXPECT_EQ(captured->numbered[1], "x");
  ASSERT_TRUE(other.take("/p", captured));
  EXPECT_EQ(captured->numbered[1], "p");
  EXPECT_EQ(named(captured, "sub"), "x");
  EXPECT_EQ(named(captured, "page"), "p");
}

TEST(RegexTake, TakesNothingWhereThereAreNoGroups) {
  std::unique_ptr<Captured> captured;
  const Regex plain("^/p", false);
  ASSERT_TRUE(plain.take("/p", captured));
  EXPECT_EQ(captured, nullptr);
  const Regex pattern("^/(?<page>p)", false);
  ASSERT_TRUE(pattern.take("/p", captured));
  ASSERT_TRUE(plain.take("/p", captured));
  EXPECT_EQ(captured->numbered[1], "");
  EXPECT_EQ(named(captured, "page"), "p");
}

TEST(RegexTake, PrefersAGroupWithAPartAmongThoseOfOneName) {
  std::unique_ptr<Captured> captured;
  const Regex pattern("(?J)^(?:(?<a>x)|(?<a>y)|z)", false);
  for (const auto& [text, value] : {std::pair("x", "x"), {"y", "y"}, {"z", ""}}) {
    ASSERT_TRUE(pattern.take(text, captured));
    EXPECT_EQ(named(captured, "a"), value);
  }
}

TEST(RegexTake, KnowsNamesBeyondTheNinthGroup) {
  std::unique_ptr<Captured> captured;
  const Regex pattern("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(?<last>k)", false);
  ASSERT_TRUE(pattern.take("abcdefghijk", captured));
  EXPECT_EQ(named(captured, "last"), "k");
}

}  // namespace
}  // namespace signgate::route
