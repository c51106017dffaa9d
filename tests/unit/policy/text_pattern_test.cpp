// SPDX-License-Identifier: Apache-2.0
#include "policy/text_pattern.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

constexpr PatternRules like{.wildcards = true, .ignore_case = false, .variables = true};

bool matches(std::string_view pattern, std::string_view text, const PatternRules& rules = like) {
  const auto compiled = TextPattern::compile(pattern, rules);
  EXPECT_TRUE(compiled.has_value()) << pattern;
  return compiled.has_value() && compiled->matches(text);
}

TEST(TextPattern, WildcardsMatchTheWholeText) {
  struct Case {
    std::string_view pattern;
    std::string_view text;
    bool expected;
  };
  for (const Case& c : {
           Case{"", "", true},
           Case{"", "a", false},
           Case{"*", "", true},
           Case{"*", "a/b:c", true},
           Case{"?", "", false},
           Case{"?", "a", true},
           Case{"?", "é", true},
           Case{"??", "é", false},
           Case{"a*", "a", true},
           Case{"a*b", "ab", true},
           Case{"a*b", "a--b-", false},
           Case{"a*b*c", "aXbXbXc", true},
           Case{"*aab", "aaaaab", true},
           Case{"a**?", "ab", true},
           Case{"a**?", "a", false},
           Case{"https://site.example/*", "https://site.example/", true},
           Case{"https://site.example/*", "https://site.example/a/b?c#d", true},
           Case{"https://site.example/*", "https://site.example", false},
           Case{"https://site.example/*", "https://Site.example/", false},
           Case{"https://*.site.example/*", "https://site.example/", false},
           Case{"x?z", "x\xffz", true},
           Case{"x?z", "x\xe2\x82z", false},
       }) {
    EXPECT_EQ(matches(c.pattern, c.text), c.expected) << c.pattern << " : " << c.text;
  }
}

TEST(TextPattern, WithoutWildcardsStarsAreStars) {
  constexpr PatternRules equals{};
  EXPECT_TRUE(matches("a*?", "a*?", equals));
  EXPECT_FALSE(matches("a*?", "abc", equals));
  EXPECT_TRUE(matches("${aws:x}", "${aws:x}", equals));
}

TEST(TextPattern, CaseIsIgnoredForAsciiAlone) {
  constexpr PatternRules rules{.wildcards = true, .ignore_case = true};
  EXPECT_TRUE(matches("s3:Get*", "S3:gEtObject", rules));
  EXPECT_TRUE(matches("[", "[", rules));
  EXPECT_FALSE(matches("[", "{", rules));
  EXPECT_FALSE(matches("É", "é", rules));
}

TEST(TextPattern, SpecialCharactersStandForThemselves) {
  EXPECT_TRUE(matches("a${*}b", "a*b"));
  EXPECT_FALSE(matches("a${*}b", "axb"));
  EXPECT_TRUE(matches("${?}", "?"));
  EXPECT_FALSE(matches("${?}", "x"));
  EXPECT_TRUE(matches("${$}{x}", "${x}"));
  EXPECT_TRUE(matches("$", "$"));
  EXPECT_TRUE(matches("cost $5 {x}", "cost $5 {x}"));
}

TEST(TextPattern, VariablesAreReplaced) {
  RequestContext context;
  context.set("a:x", "ab");
  context.set("a:star", "*?");
  context.set("a:empty", "");
  context.set("a:cafe", "Café");
  struct Case {
    std::string_view pattern;
    std::string_view text;
    bool expected;
  };
  for (const Case& c : {
           Case{"${a:x}", "ab", true},         Case{"${a:x}", "abc", false},
           Case{"${a:x}", "a", false},         Case{"${a:x}${a:x}", "abab", true},
           Case{"-${A:X}-", "-ab-", true},     Case{"*${a:x}", "aababab", true},
           Case{"*${a:x}c", "abababc", true},  Case{"*${a:x}c", "ababab", false},
           Case{"${a:x}*", "ab", true},        Case{"?${a:x}", "éab", true},
           Case{"${a:star}", "*?", true},      Case{"${a:star}", "xy", false},
           Case{"a${a:empty}b", "ab", true},   Case{"${a:empty}", "", true},
           Case{"${a:empty}", "x", false},     Case{"x*${a:empty}", "x", true},
           Case{"${a:x}", "", false},          Case{"${a:missing}", "", false},
           Case{"*${a:missing}", "x", false},  Case{"*${a:missing, 'def'}", "xdef", true},
           Case{"${a:missing, ''}", "", true}, Case{"${a:cafe}?", "Caféé", true},
       }) {
    const auto compiled = TextPattern::compile(c.pattern, like);
    ASSERT_TRUE(compiled.has_value()) << c.pattern;
    EXPECT_EQ(compiled->matches(c.text, context), c.expected) << c.pattern << " : " << c.text;
  }
  const auto folded = TextPattern::compile("x-${a:cafe}", {false, true, true});
  EXPECT_TRUE(folded->matches("X-cAFé", context));
  EXPECT_FALSE(folded->matches("X-cAFÉ", context));
  ASSERT_EQ(folded->variables().size(), 1U);
  EXPECT_EQ(folded->variables().front().key, "a:cafe");
}

TEST(TextPattern, ACutCharacterDoesNotMatchTheBeginOfAWholeOne) {
  EXPECT_TRUE(matches("x\xe2*", "x\xe2y"));
  EXPECT_FALSE(matches("x\xe2*", "x\xe2\x82\xac"));
  EXPECT_FALSE(matches("x\xe2??", "x\xe2\x82\xac"));
  EXPECT_FALSE(matches("*??", "\xe2\x82\xac"));
}

TEST(TextPattern, OtherVariablesAreRefusedWithTheirPlace) {
  for (const std::string_view text : {"ab${username}", "ab${}", "ab${**}", "ab${*"}) {
    const auto compiled = TextPattern::compile(text, like);
    ASSERT_TRUE(compiled.has_error()) << text;
    EXPECT_EQ(compiled.error().offset, 2U) << text;
    EXPECT_FALSE(compiled.error().message.empty());
  }
}

TEST(TextPattern, KnowsALoneStar) {
  EXPECT_TRUE(TextPattern::compile("*", like)->matches_everything());
  EXPECT_FALSE(TextPattern::compile("**", like)->matches_everything());
  EXPECT_FALSE(TextPattern::compile("${*}", like)->matches_everything());
  EXPECT_FALSE(TextPattern::compile("*", {})->matches_everything());
}

TEST(TextPattern, ManyStarsStayCheap) {
  std::string pattern;
  for (int i = 0; i < 200; ++i)
    pattern += "*a";
  EXPECT_FALSE(matches(pattern + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace signgate::policy
