// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_marks.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

TEST(HtmlMarks, AreTheBytesThatTheySay) {
  const std::string text =
      "<a href=\"/x?a=1&amp;b=%2f\" title='\\'\n>" + std::string(HtmlMarks::width, '\x80');
  HtmlMarks marks;
  html_markers().front()(text.data(), 1, &marks);
  for (std::size_t i = 0; i < HtmlMarks::width; ++i) {
    const auto is = [&](std::uint64_t set) { return ((set >> i) & 1) != 0; };
    const char c = text[i];
    EXPECT_EQ(is(marks.less_than), c == '<') << i;
    EXPECT_EQ(is(marks.greater_than), c == '>') << i;
    EXPECT_EQ(is(marks.two), c == '"') << i;
    EXPECT_EQ(is(marks.one), c == '\'') << i;
    EXPECT_EQ(is(marks.equals), c == '=') << i;
    EXPECT_EQ(is(marks.hides), c == '&' || c == '%' || c == '\\' || c == '\n') << i;
    EXPECT_EQ(is(marks.separates), c == ' ' || c == '/' || c == '\n') << i;
    EXPECT_EQ(is(marks.slash), c == '/') << i;
  }
}

TEST(HtmlMarks, EachWayToMarkFindsTheSame) {
  std::mt19937_64 random(testing::seed());
  constexpr std::size_t blocks = 5;
  std::string text(blocks * HtmlMarks::width, '\0');
  for (int round = 0; round < 200; ++round) {
    for (char& c : text)
      c = static_cast<char>(random());
    std::vector<HtmlMarks> expected(blocks);
    html_markers().front()(text.data(), blocks, expected.data());
    for (const MarkHtml mark : html_markers()) {
      std::vector<HtmlMarks> marks(blocks + 1);
      mark(text.data(), blocks, marks.data());
      EXPECT_EQ(marks.back(), HtmlMarks{}) << "none beyond";
      marks.pop_back();
      ASSERT_EQ(marks, expected);
    }
  }
}

}  // namespace
}  // namespace signgate::rewrite
