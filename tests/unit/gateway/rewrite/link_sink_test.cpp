// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/link_sink.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

TEST(LinkSink, CoversTheWindowWithPiecesInOrder) {
  const auto matcher =
      LinkMatcher::make({{.name = "m", .links = {"/m/"}, .target = "https://d.example/m/"}});
  ASSERT_TRUE(matcher);
  const auto page = PageUrl::make("https://www.example/");
  ASSERT_TRUE(page);
  constexpr std::string_view window = "<a /m/x><b /n/y><c /m/z>";
  Counters counters;
  Batch batch;
  LinkSink sink(*matcher, *page, counters, batch, window);
  sink.add("/m/x", {3, 7}, {}, LinkContext::attribute);
  sink.add("/n/y", {11, 15}, {}, LinkContext::attribute);
  EXPECT_EQ(sink.emitted(), 7U);
  sink.add("/m/z", {19, 23}, {}, LinkContext::attribute);
  sink.finish(window.size());

  std::string out;
  for (const Batch::Piece& piece : batch.pieces) {
    out += piece.literal;
    if (piece.link >= 0) out += batch.links[static_cast<std::size_t>(piece.link)].original;
  }
  EXPECT_EQ(out, window);
  ASSERT_EQ(batch.links.size(), 2U);
  EXPECT_EQ(batch.links[0].url, "https://d.example/m/x");
  EXPECT_EQ(batch.links[1].url, "https://d.example/m/z");
  EXPECT_EQ(counters.links, 3U);
  EXPECT_EQ(counters.matched, 2U);
}

TEST(LinkSink, TakesATemplateOnlyOfARuleThatSignsByPrefix) {
  const auto matcher = LinkMatcher::make(
      {{.name = "m", .links = {"/m/"}, .target = "https://d.example/m/"},
       {.name = "p", .links = {"/p/"}, .target = "https://d.example/p/", .prefix = true}});
  ASSERT_TRUE(matcher);
  const auto page = PageUrl::make("https://www.example/");
  ASSERT_TRUE(page);
  Counters counters;
  Batch batch;
  LinkSink sink(*matcher, *page, counters, batch, "abcdef");
  sink.add_template("/m/$Number$", {0, 1}, {}, LinkContext::manifest);
  sink.add_template("/p/$Number$/../x", {1, 2}, {}, LinkContext::manifest);
  sink.add_template("/n/$Number$", {1, 2}, {}, LinkContext::manifest);
  EXPECT_TRUE(batch.links.empty());
  EXPECT_EQ(counters.refused_template, 2U);
  sink.add_template("/m/x", {2, 3}, {}, LinkContext::manifest);
  sink.add_template("/p/a/$Number$?$Time$#$x$", {3, 4}, {}, LinkContext::manifest);
  sink.add_template("/p/a#$x$", {4, 5}, {}, LinkContext::manifest);
  ASSERT_EQ(batch.links.size(), 3U);
  EXPECT_EQ(batch.links[0].shared, Link::no_template);
  EXPECT_EQ(batch.links[1].url, "https://d.example/p/a/$Number$?$Time$");
  EXPECT_EQ(batch.links[1].shared, 22U);
  EXPECT_EQ(batch.links[2].shared, batch.links[2].url.size());
  EXPECT_EQ(counters.matched, 3U);
}

}  // namespace
}  // namespace signgate::rewrite
