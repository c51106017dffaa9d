// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/text_rewriter.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

Rewritten run(std::string_view text, Sizes sizes = whole(), const Sign& sign = mark) {
  TextRewriter rewriter(matcher(), page(), {.depth = 1}, LinkContext::json);
  return rewrite_by(rewriter, text, std::move(sizes), 1, sign);
}

// Whole, cut at every offset, and byte by byte: each link becomes what stands for it.
void expect_text(std::string_view text, std::string_view expected) {
  const Sign name = [](const Link& link) {
    return "@" + link.url.substr(link.url.rfind('/') + 1) + "@";
  };
  const auto check = [&](Sizes sizes) {
    const Rewritten got = run(text, std::move(sizes), name);
    EXPECT_EQ(got.copy, text);
    EXPECT_FALSE(got.stuck);
    return got.output;
  };
  ASSERT_EQ(check(whole()), expected) << text;
  ASSERT_EQ(check(each(1)), expected) << text;
  for (std::size_t cut = 1; cut < text.size(); ++cut)
    ASSERT_EQ(check(cut_at(cut)), expected) << text << " cut at " << cut;
}

TEST(TextRewriter, TakesATextThatIsALinkForOne) {
  expect_text("/media/private/a.jpg", "@a.jpg@");
  expect_text("//media.example.com/private/a.jpg", "@a.jpg@");
  expect_text("https://media.example.com/private/a.jpg", "@a.jpg@");
  expect_text("HTTPS://MEDIA.example.com/private/a.jpg", "@a.jpg@");
  expect_text(" \n/media/private/a.jpg\t ", " \n@a.jpg@\t ");
  expect_text("/media/private/../private/a.jpg", "@a.jpg@");
  // As a whole it may end in what would not belong to a link in a sentence.
  expect_text("https://media.example.com/private/a'b(.", "@a'b(.@");
  expect_text("/media/private/a#b", "@a@#b");
}

TEST(TextRewriter, LeavesOtherTextsAlone) {
  for (const std::string_view text : {"",
                                      " ",
                                      "/",
                                      "h",
                                      "http",
                                      "https://",
                                      "a.jpg",
                                      "private/a.jpg",
                                      "./a.jpg",
                                      "../a.jpg",
                                      "media/private/a.jpg",
                                      "Holiday",
                                      "/media/private/a b.jpg",
                                      "/media/private/a.jpg 1x, /b 2x",
                                      "/media/private/a\n/media/private/b",
                                      "/media/private/<",
                                      "/media/private/\"x",
                                      "see /media/private/a.jpg",
                                      "https://www.example.com/a.jpg",
                                      "data:,/media/private/a",
                                      "a < b > c",
                                      "<3 https://x",
                                      "<"})
    expect_text(text, text);
}

TEST(TextRewriter, FindsAbsoluteLinksInText) {
  expect_text("see https://media.example.com/private/a.jpg, or [x](https://films.example.com/b).",
              "see @a.jpg@, or [x](@b@).");
  expect_text("https://media.example.com/private/a.jpg and more", "@a.jpg@ and more");
  expect_text(" https://films.example.com/a https://films.example.com/b\n", " @a@ @b@\n");
  expect_text("Mail <https://films.example.com/a>", "Mail <@a@>");
  expect_text("1 <2 https://films.example.com/a<https://films.example.com/b", "1 <2 @a@<@b@");
}

TEST(TextRewriter, ReadsHtmlFromItsFirstTagOn) {
  expect_text("<p>x<img src=\"/media/private/a.jpg\">", "<p>x<img src=\"@a.jpg@\">");
  expect_text("\n<!-- x --><a href='/media/private/a'>b</a>", "\n<!-- x --><a href='@a@'>b</a>");
  expect_text("x</p><img src=/media/private/a>", "x</p><img src=\"@a@\">");
  expect_text(
      "https://films.example.com/a <b>https://films.example.com/b</b><img src='/media/private/c'>",
      "@a@ <b>https://films.example.com/b</b><img src='@c@'>");
  expect_text("https://films.example.com/a<img src='/media/private/c'>", "@a@<img src='@c@'>");
  expect_text("/media/private/<img src='/media/private/c'>", "/media/private/<img src='@c@'>");
  expect_text("a <b", "a <b");
  expect_text("a <https:/", "a <https:/");
  expect_text("a <style>b{c:url(/media/private/d", "a <style>b{c:url(@d@");
}

TEST(TextRewriter, SaysWhereALinkWasFound) {
  std::vector<LinkContext> contexts;
  run("https://films.example.com/a <img src='/media/private/b'>", whole(), [&](const Link& link) {
    contexts.push_back(link.context);
    return std::string();
  });
  EXPECT_EQ(contexts, (std::vector{LinkContext::json, LinkContext::attribute}));
}

TEST(TextRewriter, HoldsBackOnlyWhatMayBeALink) {
  const auto held = [](std::string_view beginning) {
    TextRewriter rewriter(matcher(), page(), {.depth = 1}, LinkContext::json);
    Batch batch;
    return beginning.size() - rewriter.scan(beginning, false, batch);
  };
  EXPECT_EQ(held("Some text"), 0U);
  EXPECT_EQ(held("  "), 0U);
  EXPECT_EQ(held("  ht"), 2U);
  EXPECT_EQ(held("  /media"), 6U);
  EXPECT_EQ(held("/media x"), 0U);
  EXPECT_EQ(held("/media  "), 8U);
  EXPECT_EQ(held("a <"), 1U);
  EXPECT_EQ(held("a <htt"), 4U);
  EXPECT_EQ(held("a <p"), 0U);
  EXPECT_EQ(held("a https://b"), 9U);
  EXPECT_EQ(held("a <img src='/a"), 2U);
}

TEST(TextRewriter, LetsWhatIsTooLongGoAndCountsIt) {
  const auto length = [](std::string_view beginning) {
    return std::string(beginning) + std::string(limits::link_length - beginning.size(), 'x');
  };
  for (const std::string_view host :
       {"//media.example.com/private/", "https://media.example.com/private/"}) {
    const std::string longest = length(host);
    for (const Sizes& sizes : {whole(), each(1000)}) {
      const Rewritten fits = run(longest, sizes);
      // The URL to be signed is shorter or longer than the link, by the target's length.
      EXPECT_EQ(fits.counters.matched + fits.counters.too_long, 1U) << host;
      EXPECT_EQ(fits.counters.links, 1U) << host;
      const Rewritten past = run(longest + "x", sizes);
      EXPECT_EQ(past.counters.links, 0U) << host;
      EXPECT_EQ(past.counters.too_long, 1U) << host;
      EXPECT_EQ(past.output, longest + "x");
      EXPECT_FALSE(past.stuck);
    }
  }
}

TEST(TextRewriter, BeginsAnewAfterRestart) {
  TextRewriter rewriter(matcher(), page(), {.depth = 1}, LinkContext::json);
  EXPECT_EQ(rewrite_by(rewriter, "<!-- a", whole(), 1).counters.matched, 0U);
  rewriter.restart();
  EXPECT_EQ(rewrite_by(rewriter, "/media/private/a", whole(), 1).counters.matched, 1U);
  rewriter.restart();
  EXPECT_EQ(rewrite_by(rewriter, "<img src=/media/private/a>", whole(), 1).counters.matched, 2U);
  rewriter.restart();
  Batch batch;
  EXPECT_EQ(rewriter.scan("https://a", false, batch), 0U);
  rewriter.restart();
  EXPECT_EQ(rewriter.scan("text", true, batch), 4U);
}

}  // namespace
}  // namespace signgate::rewrite
