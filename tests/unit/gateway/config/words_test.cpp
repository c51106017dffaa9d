// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/words.hpp"

#include <gtest/gtest.h>

namespace signgate::config {
namespace {

std::string shown(std::string_view text) {
  const auto words = split_words(text);
  if (!words) return "flaw " + std::to_string(words.error().offset);
  std::string all;
  for (const Word& word : *words)
    all += "[" + word.text + "]" + std::to_string(word.offset);
  return all;
}

TEST(SplitWords, CutsAtBlanks) {
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown("  "), "");
  EXPECT_EQ(shown("one"), "[one]0");
  EXPECT_EQ(shown(" a\t b  "), "[a]1[b]4");
}

TEST(SplitWords, KeepsBlanksWithinQuotes) {
  EXPECT_EQ(shown("a \"b c\" 'd \"e'"), "[a]0[b c]2[d \"e]8");
  EXPECT_EQ(shown("\"\""), "[]0");
  EXPECT_EQ(shown("a\"b c\""), "[a\"b]0[c\"]4");  // as nginx: a quote within a word is itself
}

TEST(SplitWords, KnowsEscapesWithinQuotesAlone) {
  EXPECT_EQ(shown(R"("a\"b\\c")"), "[a\"b\\c]0");
  EXPECT_EQ(shown(R"(a\.b "\d \\")"), R"([a\.b]0[\d \]5)");
}

TEST(SplitWords, RefusesOpenQuotesAndWhatSticksToThem) {
  EXPECT_EQ(shown("a \"b"), "flaw 2");
  EXPECT_EQ(shown("\"a\"b"), "flaw 3");
}

}  // namespace
}  // namespace signgate::config
