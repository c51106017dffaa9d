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

}  // namespace
}  // namespace signgate::rewrite
