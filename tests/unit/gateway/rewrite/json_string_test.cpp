// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/json_string.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

struct Case {
  std::string_view raw;
  std::size_t length;
  std::string_view text;
};

TEST(JsonString, ReadsEveryEscape) {
  for (const Case& each : std::initializer_list<Case>{
           {R"(\"x)", 2, "\""},
           {R"(\\x)", 2, "\\"},
           {R"(\/x)", 2, "/"},
           {R"(\bx)", 2, "\b"},
           {R"(\fx)", 2, "\f"},
           {R"(\nx)", 2, "\n"},
           {R"(\rx)", 2, "\r"},
           {R"(\tx)", 2, "\t"},
           {R"(\u002Fx)", 6, "/"},
           {R"(\u002fx)", 6, "/"},
           {R"(\u00e9x)", 6, "é"},
           {R"(\u20ACx)", 6, "€"},
           {R"(\uD83D\uDE00x)", 12, "😀"},
           {R"(\udbff\udfff)", 12, "\xF4\x8F\xBF\xBF"},
           {R"(\u0000x)", 6, std::string_view("\0", 1)},
       }) {
    const JsonEscape escape = read_json_escape(each.raw, false);
    EXPECT_EQ(escape.length, each.length) << each.raw;
    EXPECT_EQ(escape.text, each.text) << each.raw;
  }
}

TEST(JsonString, TakesWhatIsNoCharacterForAReplacementCharacter) {
  for (const Case& each : std::initializer_list<Case>{
           {R"(\uD83Dx)", 6, "\uFFFD"},
           {R"(\uD83D\n)", 6, "\uFFFD"},
           {R"(\uD83D\uD83D\uDE00)", 6, "\uFFFD"},
           {R"(\uD83D\u0041)", 6, "\uFFFD"},
           {R"(\uDE00\uD83D)", 6, "\uFFFD"},
           {R"(\uD83D\u00"x)", 6, "\uFFFD"},
           {R"(\u12G4)", 2, "\uFFFD"},
           {R"(\u12")", 2, "\uFFFD"},
           {R"(\U0041)", 1, "\uFFFD"},
           {R"(\x)", 1, "\uFFFD"},
           {"\\\n", 1, "\uFFFD"},
       }) {
    const JsonEscape escape = read_json_escape(each.raw, false);
    EXPECT_EQ(escape.length, each.length) << each.raw;
    EXPECT_EQ(escape.text, each.text) << each.raw;
  }
}

TEST(JsonString, WaitsForTheRestOfAnEscape) {
  constexpr std::string_view pair = R"(\uD83D\uDE00)";
  for (std::size_t size = 1; size < pair.size(); ++size)
    EXPECT_EQ(read_json_escape(pair.substr(0, size), false).length, 0U) << size;
  EXPECT_EQ(read_json_escape("\\", false).length, 0U);
}

TEST(JsonString, TakesACutEscapeAsItIsWhenNothingFollows) {
  EXPECT_EQ(read_json_escape("\\", true).length, 1U);
  EXPECT_EQ(read_json_escape("\\u", true).length, 2U);
  EXPECT_EQ(read_json_escape("\\u00", true).length, 2U);
  EXPECT_EQ(read_json_escape("\\uD83D\\uDE", true).length, 6U);
  EXPECT_EQ(read_json_escape("\\uD83D", true).text, "\uFFFD");
}

TEST(JsonString, TellsAnEscapedSolidusFromOneBehindABackslash) {
  EXPECT_TRUE(has_escaped_solidus(R"(https:\/\/a)"));
  EXPECT_TRUE(has_escaped_solidus(R"(\\\/)"));
  EXPECT_FALSE(has_escaped_solidus(R"(\\/)"));
  EXPECT_FALSE(has_escaped_solidus(R"(https://a\n)"));
  EXPECT_FALSE(has_escaped_solidus("/a"));
  EXPECT_FALSE(has_escaped_solidus(""));
  EXPECT_FALSE(has_escaped_solidus("a\\"));
}

}  // namespace
}  // namespace signgate::rewrite
