// SPDX-License-Identifier: Apache-2.0
#include "bench/report/markup.hpp"

#include <gtest/gtest.h>

namespace signgate::bench::report {
namespace {

TEST(Escape, LeavesNothingThatMarkupCouldBeginWith) {
  EXPECT_EQ(escape("<a href=\"x\" b='y'>&amp;"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(escape("µs, plain\ttext\n"), "µs, plain\ttext\n");
}

TEST(Escape, ReplacesWhatXmlDoesNotAllow) {
  const std::string replaced = "\xEF\xBF\xBD";
  EXPECT_EQ(escape(std::string_view("a\0b", 3)), "a" + replaced + "b");
  EXPECT_EQ(escape("\x1b[31m"), replaced + "[31m");
  EXPECT_EQ(escape("\xff\xc3"), replaced + replaced);
  EXPECT_EQ(escape("\xEF\xBF\xBE\xEF\xBF\xBF"), replaced + replaced);
}

TEST(Markup, ClosesWhatItOpensAndEscapesTextsAndValues) {
  std::string out;
  Markup page(out);
  page.element("p", {{"title", "a\"b"}}, [&] {
    page.text("1 < 2");
    page.empty_element("br", {});
    page.text_element("b", {}, "&");
  });
  EXPECT_EQ(out, "<p title=\"a&quot;b\">1 &lt; 2<br/>\n<b>&amp;</b>\n</p>\n");
}

}  // namespace
}  // namespace signgate::bench::report
