// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/plain_text_rewriter.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

constexpr std::string_view text =
    "%1.jpg~\n"
    "%2.jpg~, (%3.jpg~) [%4.jpg~]; \"%5.jpg~\" '%6.jpg~' <%7.jpg~>: %8.jpg~!\r\n"
    "a/media/private/no.jpg b=/media/private/no.jpg .\xC2\xA0/media/private/no.jpg\n"
    "media/private/no.jpg ./media/private/no.jpg ../../media/private/no.jpg no.jpg\n"
    "file:///media/private/no.jpg C:/media/private/no.jpg \\/media/private/no.jpg\n"
    "\t%a_(9).jpg~.\n"
    "/ // /media/public/a.jpg see %10.jpg~";

TEST(PlainTextRewriter, SignsLinksFromTheRootThatStandForThemselves) {
  expect_rewriting(Format::text, text);
  EXPECT_EQ(rewrite_as(Format::text, original(text)).counters.matched, 10U);
}

TEST(PlainTextRewriter, SignsAbsoluteLinksInTheMidstOfText) {
  const std::string_view absolute =
      "See https://media.example.com/private/a.jpg?b=1&c#d, //films.example.com/e; "
      "x=https://films.example.com/f.\nhttps://www.example.com/g git+https://films.example.com/h\n"
      "&quot;HTTPS://FILMS.example.com/i?j=1&amp;k&quot;";
  const std::string_view expected =
      "See https://d1.cloudfront.net/private/a.jpg?b=1&c&Signature=0#d, "
      "https://d2.cloudfront.net/e?Signature=1; "
      "x=https://d2.cloudfront.net/f?Signature=1.\n"
      "https://www.example.com/g git+https://films.example.com/h\n"
      "&quot;https://d2.cloudfront.net/i?j=1&amp;k&quot&Signature=1;";
  for (std::size_t cut = 1; cut < absolute.size(); ++cut)
    EXPECT_EQ(rewrite_as(Format::text, absolute, cut_at(cut)).output, expected) << cut;
  for (std::size_t links = 1; links < 5; ++links) {
    const Rewritten run = rewrite_as(Format::text, absolute, each(2), {.links_per_batch = links});
    EXPECT_EQ(run.output, expected);
    EXPECT_EQ(run.copy, absolute);
    EXPECT_LE(run.most_links, links);
  }
}

TEST(PlainTextRewriter, LetsWhatIsTooLongGoAndCountsIt) {
  const std::string long_path(40000, 'x');
  const std::string document = "/media/private/" + long_path + " https://films.example.com/" +
                               long_path + "\n/media/private/b";
  const Rewritten run = rewrite_as(Format::text, document, each(1000));
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.copy, document);
  EXPECT_EQ(run.counters.too_long, 2U);
  EXPECT_EQ(run.counters.matched, 1U);
  EXPECT_EQ(run.output, rewrite_as(Format::text, document).output);
}

TEST(PlainTextRewriter, HoldsNothingBackThatCannotBeALink) {
  const auto held = [](std::string_view beginning) {
    PlainTextRewriter rewriter(matcher(), page());
    Batch batch;
    return beginning.size() - rewriter.scan(beginning, false, batch);
  };
  EXPECT_EQ(held("some text, a/b"), 0U);
  EXPECT_EQ(held("a /b"), 2U);
  EXPECT_EQ(held("a /b "), 0U);
  EXPECT_EQ(held("a https:/"), 7U);
  EXPECT_EQ(held(std::string(limits::link_length + 1, '/')), 0U);
}

TEST(PlainTextRewriter, BeginsAnewAfterRestart) {
  PlainTextRewriter rewriter(matcher(), page());
  Batch batch;
  EXPECT_EQ(rewriter.scan("a /media/private/x", false, batch), 2U);
  rewriter.restart();
  EXPECT_EQ(rewriter.scan("a", false, batch), 1U);
  rewriter.restart();
  EXPECT_EQ(rewriter.scan("/media/private/y", true, batch), 16U);
  ASSERT_EQ(batch.links.size(), 1U);
  EXPECT_EQ(batch.links[0].url, "https://d1.cloudfront.net/private/y");
  EXPECT_EQ(batch.links[0].context, LinkContext::text);
  EXPECT_EQ(link_context_name(LinkContext::text), "text");
}

}  // namespace
}  // namespace signgate::rewrite
