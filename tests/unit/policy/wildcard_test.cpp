// SPDX-License-Identifier: Apache-2.0
#include "policy/wildcard.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signgate::policy {
namespace {

// The definition itself, to compare with: exponential, and plainly right.
bool matches_by_definition(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return matches_by_definition(pattern.substr(1), text) ||
           (!text.empty() && matches_by_definition(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
         matches_by_definition(pattern.substr(1), text.substr(1));
}

std::vector<std::string> words(std::string_view alphabet, std::size_t longest) {
  std::vector<std::string> all{""};
  for (std::size_t begin = 0, length = 0; length < longest; ++length) {
    const std::size_t end = all.size();
    for (; begin < end; ++begin) {
      for (const char letter : alphabet)
        all.push_back(all[begin] + letter);
    }
  }
  return all;
}

TEST(WildcardMatch, TakesTextWithoutWildcardsLiterally) {
  EXPECT_TRUE(wildcard_match("", ""));
  EXPECT_TRUE(wildcard_match("https://www.example.com/", "https://www.example.com/"));
  EXPECT_FALSE(wildcard_match("https://www.example.com/", "https://www.example.com"));
  EXPECT_FALSE(wildcard_match("https://www.example.com", "https://www.example.com/"));
  EXPECT_FALSE(wildcard_match("", "a"));
}

TEST(WildcardMatch, IsCaseSensitive) {
  EXPECT_FALSE(wildcard_match("/Private/*", "/private/a"));
}

TEST(WildcardMatch, LetsAStarStandForAnyRunWithSlashes) {
  EXPECT_TRUE(wildcard_match("*", ""));
  EXPECT_TRUE(
      wildcard_match("https://d1.cloudfront.net/private/*", "https://d1.cloudfront.net/private/"));
  EXPECT_TRUE(wildcard_match("https://d1.cloudfront.net/private/*",
                             "https://d1.cloudfront.net/private/a/b.jpg?x=1"));
  EXPECT_TRUE(wildcard_match("http*://*.example.com/*", "https://a.b.example.com/p"));
  EXPECT_FALSE(wildcard_match("http*://*.example.com/*", "https://example.com/p"));
}

TEST(WildcardMatch, LetsAQuestionMarkStandForExactlyOneCharacter) {
  EXPECT_TRUE(wildcard_match("/img?.png", "/img1.png"));
  EXPECT_TRUE(wildcard_match("/img?.png", "/img/.png"));
  EXPECT_FALSE(wildcard_match("/img?.png", "/img.png"));
  EXPECT_FALSE(wildcard_match("/img?.png", "/img12.png"));
}

TEST(WildcardMatch, ReconsidersTheLastStar) {
  EXPECT_TRUE(wildcard_match("*ab", "aab"));
  EXPECT_TRUE(wildcard_match("a*b*c", "abbcbc"));
  EXPECT_FALSE(wildcard_match("a*b*c", "abbcb"));
}

TEST(WildcardMatch, AgreesWithTheDefinitionOnAllShortWords) {
  for (const std::string& pattern : words("ab*?", 5)) {
    for (const std::string& text : words("ab*", 5)) {
      ASSERT_EQ(wildcard_match(pattern, text), matches_by_definition(pattern, text))
          << "pattern `" << pattern << "`, text `" << text << "`";
    }
  }
}

TEST(WildcardMatch, CostsNoMoreThanTheProductOfTheLengths) {
  std::string pattern;
  for (int i = 0; i < 200; ++i)
    pattern += "a*";
  const std::string text(20'000, 'a');
  EXPECT_TRUE(wildcard_match(pattern, text));
  EXPECT_FALSE(wildcard_match(pattern + "b", text));
}

}  // namespace
}  // namespace signgate::policy
