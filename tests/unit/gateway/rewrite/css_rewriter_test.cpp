// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/css_rewriter.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

constexpr std::string_view sheet =
    "@charset \"utf-8\";\n@import \"/media/private/a.css\";\n@import url(/media/private/b.css) "
    "screen;"
    "\n/* url(/media/private/no.png) */ .x{content:\"url(/media/private/no.png)\";\n background:"
    "url('/media/private/c d.png') , image-set(\"/media/private/1.png\" 1x, "
    "url(/media/private/2.png)"
    " 2x);\n src:url(\\2f "
    "media/private/f.woff2#iefix),url(/other/f.ttf)}\n.y{b:url(/media/private/z";

TEST(CssRewriter, SignsTheLinksOfASheetAndNothingElse) {
  const Rewritten run = rewrite_as(Format::css, sheet);
  EXPECT_EQ(run.output,
            "@charset \"utf-8\";\n"
            "@import \"https://d1.cloudfront.net/private/a.css?Signature=0\";\n"
            "@import url(https://d1.cloudfront.net/private/b.css?Signature=0) screen;\n"
            "/* url(/media/private/no.png) */ .x{content:\"url(/media/private/no.png)\";\n"
            " background:url('https://d1.cloudfront.net/private/c%20d.png?Signature=0') , "
            "image-set(\"https://d1.cloudfront.net/private/1.png?Signature=0\" 1x, "
            "url(https://d1.cloudfront.net/private/2.png?Signature=0) 2x);\n"
            " src:url(https://d1.cloudfront.net/private/f.woff2?Signature=0#iefix),"
            "url(/other/f.ttf)}\n.y{b:url(https://d1.cloudfront.net/private/z?Signature=0");
  EXPECT_EQ(run.copy, sheet);
  EXPECT_EQ(run.counters.links, 8U);
  EXPECT_EQ(run.counters.matched, 7U);
}

TEST(CssRewriter, GivesTheSameWhereverTheSheetIsCutAndForEveryBatchSize) {
  const std::string expected = rewrite_as(Format::css, sheet).output;
  for (std::size_t cut = 1; cut < sheet.size(); ++cut)
    ASSERT_EQ(rewrite_as(Format::css, sheet, cut_at(cut)).output, expected) << cut;
  for (std::size_t links = 1; links < 9; ++links) {
    ASSERT_EQ(rewrite_as(Format::css, sheet, each(3), {.links_per_batch = links}).output, expected);
  }
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < 200; ++i) {
    ASSERT_EQ(rewrite_as(Format::css, sheet, random_sizes(first + i, 40)).output, expected)
        << "seed " << first + i;
  }
}

TEST(CssRewriter, LetsALinkGoThatIsTooLong) {
  const std::string text =
      "a{b:url(/media/private/" + std::string(40000, 'x') + ")}c{d:url(/media/private/y)}";
  const Rewritten run = rewrite_as(Format::css, text, each(1000));
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.copy, text);
  EXPECT_EQ(run.counters.too_long, 1U);
  EXPECT_EQ(run.counters.matched, 1U);
}

TEST(CssRewriter, BeginsAnewAfterRestart) {
  CssRewriter rewriter(matcher(), page());
  Batch batch;
  EXPECT_EQ(rewriter.scan("a{b:url(/media/private/x", false, batch), 8U);
  rewriter.restart();
  const std::string_view text = "url(/media/private/y)";
  EXPECT_EQ(rewriter.scan(text, true, batch), text.size());
  ASSERT_EQ(batch.links.size(), 1U);
  EXPECT_EQ(batch.links[0].url, "https://d1.cloudfront.net/private/y");
  EXPECT_EQ(batch.links[0].context, LinkContext::style_sheet);
}

}  // namespace
}  // namespace signgate::rewrite
