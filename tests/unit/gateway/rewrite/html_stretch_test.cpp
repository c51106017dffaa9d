// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_stretch.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signgate::rewrite {
namespace {

struct Found {
  std::vector<std::string> tags;  // what begins with `<` and no slash, each up to its first `>`
  std::string rest;
  bool odd = false;
};

// Behind `text` there are enough other bytes for blocks to be whole.
Found find(const std::string& text) {
  const std::string window = text + std::string(2 * HtmlMarks::width, '.');
  HtmlStretch stretch;
  stretch.find(window, 0, text.size() + HtmlMarks::width);
  Found found{.tags = {}, .rest = "", .odd = stretch.is_odd()};
  for (const std::uint32_t place : stretch)
    found.tags.push_back(window.substr(place - 1, window.find('>', place) + 2 - place));
  if (stretch.behind() < text.size()) found.rest = text.substr(stretch.behind());
  return found;
}

TEST(HtmlStretch, FindsPlainTags) {
  if (!HtmlStretch::is_there()) GTEST_SKIP() << "this processor has no AVX2";
  const Found found = find(
      "text \"with\" quotes' and = % & <p><a href=\"/x?a=b&amp;c=d\" class=\"\" hidden>x</a></>\n"
      "<a\nb=\"'=<\"/><br/><!-- c -->");
  EXPECT_EQ(found.tags,
            (std::vector<std::string>{"<p>", "<a href=\"/x?a=b&amp;c=d\" class=\"\" hidden>"}));
  EXPECT_EQ(found.rest, "<a\nb=\"'=<\"/><br/><!-- c -->") << "a `<` in a value is odd";
  EXPECT_TRUE(found.odd);
}

TEST(HtmlStretch, EndsAtTheFirstOddTagWhereverItStands) {
  if (!HtmlStretch::is_there()) GTEST_SKIP() << "this processor has no AVX2";
  for (const std::string odd :
       {"<a b='c'>",    "<a b=c>",           "<a b=\"x>\">",  "<a b=\"c\"d>", "<a =\"b\">",
        "<a b =\"c\">", "<a b= \"c\">",      "<a b==\"c\">",  "<a/=\"c\">",   "<a b\"c=\"d>",
        "<a \"b\">",    "<a b=\"&lt;\">",    "<a b=\"%41\">", "<a b=\"\\\">", "<a b=\"\n\">",
        "<a <b>",       "<a b=\"c\"=\"d\">", "<a b=>",        "</a b>",       "</a/>",
        "</ a>",        "</a\nb=\"c\">"}) {
    for (std::size_t before = 0; before < 2 * HtmlMarks::width; ++before) {
      const std::string text(before, '.');
      const Found found = find("<p>" + text + odd + "</i>");
      EXPECT_EQ(found.tags, (std::vector<std::string>{"<p>"})) << before;
      EXPECT_EQ(found.rest, odd + "</i>") << before;
      EXPECT_TRUE(found.odd);
    }
  }
}

TEST(HtmlStretch, PassesOverEndTagsWhereverABlockEnds) {
  if (!HtmlStretch::is_there()) GTEST_SKIP() << "this processor has no AVX2";
  for (std::size_t before = 0; before < 2 * HtmlMarks::width; ++before) {
    const std::string text(before, '.');
    const Found found = find("<p>" + text + "</figcaption></a=\"b\"><b></b>");
    EXPECT_EQ(found.tags, (std::vector<std::string>{"<p>", "<b>"})) << before;
    EXPECT_EQ(found.rest, "");
  }
}

TEST(HtmlStretch, GoesOnBehindABracketInText) {
  if (!HtmlStretch::is_there()) GTEST_SKIP() << "this processor has no AVX2";
  const Found found = find("<p>a > b <i>");
  EXPECT_EQ(found.tags, (std::vector<std::string>{"<p>"}));
  EXPECT_EQ(found.rest, " b <i>");
  EXPECT_FALSE(found.odd);
}

TEST(HtmlStretch, LeavesATagThatDoesNotEnd) {
  if (!HtmlStretch::is_there()) GTEST_SKIP() << "this processor has no AVX2";
  for (std::size_t before = 0; before < HtmlMarks::width; ++before) {
    const std::string window = std::string(before, '.') + "<b><a href=\"" + std::string(200, 'x');
    HtmlStretch stretch;
    stretch.find(window, 0, window.size());
    ASSERT_EQ(std::vector<std::uint32_t>(stretch.begin(), stretch.end()),
              std::vector<std::uint32_t>{static_cast<std::uint32_t>(before + 1)});
    EXPECT_EQ(stretch.behind(), before + 3);
    EXPECT_FALSE(stretch.is_odd());
  }
}

TEST(HtmlStretch, HasRoomForAsManyTagsAsThereCanBe) {
  if (!HtmlStretch::is_there()) GTEST_SKIP() << "this processor has no AVX2";
  std::string window;
  while (window.size() < 2 * HtmlStretch::most)
    window += "<a>";
  HtmlStretch stretch;
  stretch.find(window, 0, window.size());
  EXPECT_EQ(stretch.end() - stretch.begin(), std::ptrdiff_t{HtmlStretch::most / 3});
  EXPECT_EQ(stretch.behind(), HtmlStretch::most / 3 * 3);
}

}  // namespace
}  // namespace signgate::rewrite
