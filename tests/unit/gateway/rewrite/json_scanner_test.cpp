// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/json_scanner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

// The strings that are values, without their escapes, joined by `|`; the text comes in pieces.
std::string values(std::string_view text, std::size_t piece = 1000) {
  JsonScanner scanner;
  std::string found;
  for (std::size_t end = std::min(piece, text.size());; end = std::min(end + piece, text.size())) {
    while (scanner.next(text.substr(0, end))) {
      const std::size_t begin = scanner.position();
      const std::size_t stop = std::min(text.find_first_of("\"\x1E", begin), text.size());
      found.append(text.substr(begin, stop - begin)).push_back('|');
      scanner.leave_string(stop < text.size() && text[stop] == '"' ? stop + 1 : stop);
    }
    if (end == text.size()) return found;
  }
}

void expect_values(std::string_view text, std::string_view expected) {
  for (const std::size_t piece : {1000U, 1U, 2U, 3U, 7U})
    EXPECT_EQ(values(text, piece), expected) << text << " in pieces of " << piece;
}

TEST(JsonScanner, FindsTheStringsThatAreValues) {
  expect_values(R"("a")", "a|");
  expect_values(R"(["a", "b" ,"c"])", "a|b|c|");
  expect_values(R"({"k":"a","l" : "b"})", "a|b|");
  expect_values(R"({"k":{"l":["a",{"m":"b"},"c"],"n":1,"o":"d"},"p":null,"q":"e"})", "a|b|c|d|e|");
  expect_values(R"({"k":[],"l":{},"m":"a"})", "a|");
  expect_values(R"([[["a"],"b"],"c"])", "a|b|c|");
  expect_values("{}", "");
  expect_values("", "");
}

TEST(JsonScanner, PassesNamesOverWhateverTheyHold) {
  expect_values(R"({"a\"b":"x","c\\":"y","{[,:":"z"})", "x|y|z|");
  expect_values(R"({"\\\"":"x"})", "x|");
}

TEST(JsonScanner, TakesSeveralTextsInARow) {
  expect_values("{\"k\":\"a\"}\n{\"k\":\"b\"}\n\"c\"\n[\"d\"]", "a|b|c|d|");
  expect_values("\x1E{\"k\":\"a\"}\n\x1E\"b\"\n", "a|b|");
  // What was cut off does not matter to the next one, names and strings included.
  expect_values("\x1E{\"k\":[\"a\",{\x1E{\"k\":\"b\"}", "a|b|");
  expect_values("\x1E{\"k\x1E{\"k\":\"b\"}", "b|");
  expect_values("\x1E{\"k\\\x1E{\"k\":\"b\"}", "b|");
  expect_values("\x1E{\"k\":\"a\x1E{\"k\":\"b\"}", "a|b|");
}

TEST(JsonScanner, PassesWhatStandsBeforeTheText) {
  expect_values("\xEF\xBB\xBF{\"k\":\"a\"}", "a|");
  expect_values(")]}',\n{\"k\":\"a\"}", "a|");
  expect_values(")]}'\n[\"a\"]", "a|");
  expect_values("while(1);{\"k\":\"a\"}", "a|");
  expect_values("for (;;);[\"a\"]", "a|");
  expect_values("{} && [\"a\"]", "a|");
}

TEST(JsonScanner, TakesNoNameForAValueWhereTheTextIsMalformed) {
  expect_values(R"({"k":"a" "l":"b"})", "a|b|");
  expect_values(R"({"k":1 "l":"b"})", "b|");
  expect_values(R"({"k":[1} "l":"b"})", "b|");
  expect_values(R"({"k":["a"},"l":"b"})", "a|b|");
  expect_values(R"({"k" "l":"b"})", "b|");
  expect_values(R"({k:"a",l:"b"})", "a|b|");
  expect_values(R"({,"k":"a"})", "a|");
  expect_values(R"([:"a"])", "a|");
  expect_values(R"(["a":"b"])", "a|");
  expect_values(R"(["a" "b", "c"])", "a|c|");
  expect_values(R"(}]}{"k":"a"})", "a|");
}

TEST(JsonScanner, DoesNotFollowArraysAndObjectsBeyondItsDepth) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
      text += i % 2 == 0 ? "[" : "{\"n\":";
    text += "\"x\"";
    for (std::size_t i = depth; i-- > 0;)
      text += i % 2 == 0 ? "]" : "}";
    return "[" + text + ",\"y\"]";
  };
  EXPECT_EQ(values(nested(JsonScanner::depth_limit - 1)), "x|y|");
  EXPECT_EQ(values(nested(JsonScanner::depth_limit)), "y|");
  EXPECT_EQ(values(nested(3 * JsonScanner::depth_limit)), "y|");
  JsonScanner scanner;
  const std::string text = "[" + nested(JsonScanner::depth_limit + 7) + "]";
  ASSERT_TRUE(scanner.next(text));
  EXPECT_EQ(scanner.too_deep(), 1U);
  EXPECT_EQ(text.substr(scanner.position(), 2), "y\"");
}

TEST(JsonScanner, FindsInBlocksWhatItFindsByteByByte) {
  constexpr auto parts = std::to_array<std::string_view>({"{",
                                                          "}",
                                                          "[",
                                                          "]",
                                                          ":",
                                                          ",",
                                                          "\"",
                                                          "\"",
                                                          "\"k\":",
                                                          "\"v\"",
                                                          "\"v\",",
                                                          "\"a name beyond one block\":",
                                                          "\"\\\\\":",
                                                          "\"\\\"\":",
                                                          "\\",
                                                          "-12.5e3",
                                                          "12345678901234567890",
                                                          "true",
                                                          "nonsense without end",
                                                          " ",
                                                          "\n",
                                                          "\r\n\t",
                                                          "                    ",
                                                          "\n                ",
                                                          "\x1E",
                                                          "\x01",
                                                          "\f",
                                                          "\x7f",
                                                          "\xef\xbb\xbf",
                                                          "\x3f\x5f"});
  std::mt19937_64 random(testing::seed());
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::size_t count = random() % 40; count > 0; --count)
      text += parts[random() % parts.size()];
    ASSERT_EQ(values(text), values(text, 1)) << text;
  }
}

}  // namespace
}  // namespace signgate::rewrite
