// SPDX-License-Identifier: Apache-2.0
// What a rewriter carries from one window to the next, and what it lets go of.
#include "gateway/rewrite/html_state.hpp"

#include <gtest/gtest.h>

#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

constexpr std::string_view signed_prefix = "https://d1.cloudfront.net/private/";

// Bytes that cannot be part of a link leave at once.
TEST(HtmlState, HoldsBackOnlyWhatMayHoldALink) {
  const auto held = [](std::string_view beginning) {
    HtmlRewriter rewriter(matcher(), page());
    Batch batch;
    return beginning.size() - rewriter.scan(beginning, false, batch);
  };
  EXPECT_EQ(held("plain text"), 0U);
  EXPECT_EQ(held("a < b & c <"), 0U);
  EXPECT_EQ(held("<img "), 0U);
  EXPECT_EQ(held("<img src="), 0U);
  EXPECT_EQ(held("<img alt='/media/private"), 0U);
  EXPECT_EQ(held("<!-- <img src='/media/private"), 0U);
  EXPECT_EQ(held("<script> '/media/private"), 0U);
  EXPECT_EQ(held("<title>x</tit"), 0U);
  EXPECT_EQ(held("<style>a{b:url"), 0U);
  EXPECT_EQ(held("<style>a{b:url( "), 0U);
  EXPECT_EQ(held("<style>a{content:'/media"), 0U);
  EXPECT_EQ(held("<img src='data:image/png;base64,AAAA"), 0U);
  EXPECT_EQ(held("<style>a{b:url(data:image/png;base64,AAAA"), 0U);
  EXPECT_EQ(held("<meta name=a content='b'>"), 0U);
  EXPECT_EQ(held("<img src='/med"), 4U);
  EXPECT_EQ(held("<img src=/med"), 4U);
  EXPECT_EQ(held("<img srcset='/a, /b"), 6U);
  EXPECT_EQ(held("<style>a{b:url(/med"), 4U);
  EXPECT_EQ(held("<style>a</st"), 4U);
  EXPECT_EQ(held("<meta content='abc' name="), 10U);
}

TEST(HtmlState, HandsOutACompleteLinkAtOnce) {
  HtmlRewriter rewriter(matcher(), page());
  Batch batch;
  EXPECT_EQ(rewriter.scan("<img src='/media/private/x'", false, batch), 27U);
  ASSERT_EQ(batch.links.size(), 1U);
  EXPECT_EQ(batch.links[0].url, "https://d1.cloudfront.net/private/x");
  EXPECT_EQ(batch.links[0].path, "/media/private/x");
  EXPECT_EQ(batch.links[0].original, "/media/private/x");
}

TEST(HtmlState, SendsALinkThatIsTooLongUntouchedAndCountsIt) {
  const auto image = [](std::size_t length) {
    const std::string prefix = "/media/private/";
    return "<img src='" + prefix + std::string(length - prefix.size(), 'x') + "'>";
  };
  // The longest raw value leaves room for its quote; the URL to be signed is longer by the target's
  // host.
  const std::size_t growth = signed_prefix.size() - std::string_view("/media/private/").size();
  const std::size_t longest = limits::link_length - growth;
  EXPECT_EQ(rewrite(image(longest)).counters.matched, 1U);
  for (const std::size_t length : {longest + 1, limits::link_length - 1, limits::link_length,
                                   limits::link_length + 1, limits::scan_window * 3}) {
    for (const std::size_t size : {std::size_t{1000}, limits::scan_window}) {
      const Rewritten run =
          rewrite("a" + image(length) + "<img src='/media/private/y'>", each(size));
      EXPECT_EQ(run.counters.too_long, 1U) << length;
      EXPECT_EQ(run.counters.matched, 1U) << length;
      EXPECT_EQ(run.copy, "a" + image(length) + "<img src='/media/private/y'>");
      EXPECT_LE(run.most_held, limits::link_length);
    }
  }
}

TEST(HtmlState, SendsAValueThatIsTooLongUntouchedAndCountsIt) {
  const auto document = [](std::string_view before, std::size_t length, std::string_view after) {
    const std::string link = "/media/private/x ";
    return std::string(before) + link + std::string(length - link.size(), ' ') +
           std::string(after) + "<img src='/media/private/y'>";
  };
  for (const std::size_t excess : {std::size_t{0}, std::size_t{1}, limits::scan_window}) {
    for (const std::size_t size : {std::size_t{777}, limits::scan_window}) {
      const std::string fits = document("<img srcset='", limits::scan_window - 1, "'>");
      EXPECT_EQ(rewrite(fits, each(size)).counters.matched, 2U);
      const std::string longer = document("<img srcset='", limits::scan_window + excess, "'>");
      const Rewritten run = rewrite(longer, each(size));
      EXPECT_EQ(run.counters.matched, 1U) << excess;
      EXPECT_EQ(run.counters.too_long, 1U);
      EXPECT_EQ(run.copy, longer);
    }
  }
}

TEST(HtmlState, GivesUpAMetaThatDoesNotFit) {
  for (const std::size_t length : {limits::scan_window - 100, limits::scan_window * 2}) {
    const std::string document = "<meta property=og:image content='/media/private/x' title='" +
                                 std::string(length, 'x') + "'>.";
    const Rewritten run = rewrite(document, each(5000));
    const bool fits = length < limits::scan_window;
    EXPECT_EQ(run.counters.matched, fits ? 1U : 0U);
    EXPECT_EQ(run.counters.too_long, fits ? 0U : 1U);
    EXPECT_EQ(run.copy, document);
  }
}

TEST(HtmlState, GivesUpACssUrlThatIsTooLong) {
  for (const std::size_t length :
       {limits::link_length - 100, limits::link_length, limits::link_length * 9}) {
    for (const std::size_t size : {std::size_t{100}, limits::scan_window}) {
      const std::string document = "<style>a{b:url(/media/private/" +
                                   std::string(length - 15, 'x') +
                                   ")} c{d:url(/media/private/y)}</style>";
      const Rewritten run = rewrite(document, each(size));
      EXPECT_EQ(run.counters.matched, length < limits::link_length ? 2U : 1U) << length;
      EXPECT_EQ(run.counters.too_long, length < limits::link_length ? 0U : 1U) << length;
      EXPECT_EQ(run.copy, document);
    }
  }
}

}  // namespace
}  // namespace signgate::rewrite
