// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/format.hpp"

#include <gtest/gtest.h>

#include "gateway/rewrite/page_rules.hpp"
#include "tests/unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

TEST(Format, IsChosenByTheMediaTypeInWhateverCase) {
  EXPECT_EQ(find_format("text/html"), Format::html);
  EXPECT_EQ(find_format("Text/HTML"), Format::html);
  EXPECT_EQ(find_format("text/css"), Format::css);
  for (const std::string_view type :
       {"application/json", "text/json", "Application/LD+JSON", "application/vnd.api+json",
        "image/svg+json", "application/x-ndjson", "application/ndjson", "application/jsonl",
        "application/json-seq", "application/feed+json", "application/manifest+json",
        "application/importmap+json", "application/speculationrules+json",
        "application/geo+json"}) {
    EXPECT_EQ(find_format(type), Format::json) << type;
  }
  for (const std::string_view type :
       {"application/vnd.apple.mpegurl", "application/x-mpegURL", "audio/mpegurl",
        "Audio/X-MpegURL", "application/VND.Apple.MpegURL"}) {
    EXPECT_EQ(find_format(type), Format::m3u8) << type;
  }
  for (const std::string_view type :
       {"text/xml", "application/xml", "application/rss+xml", "application/atom+xml",
        "image/svg+xml", "application/rdf+xml", "application/xhtml+xml", "Application/Vnd.X+XML"}) {
    EXPECT_EQ(find_format(type), Format::xml) << type;
  }
  EXPECT_EQ(find_format("application/dash+xml"), Format::mpd);
  EXPECT_EQ(find_format("Application/DASH+xml"), Format::mpd);
}

TEST(Format, IsNoneForWhatIsNotLookedInto) {
  for (const std::string_view type :
       {"", "text", "text/htm", "text/html5", "text/markdown", "image/png",
        "application/octet-stream", "application/+json", "+json", "/a+json", "application/json5",
        "application/jsonp", "application/a+jsonx", "+xml", "/+xml", "a/+xml",
        "application/xml-dtd"}) {
    EXPECT_EQ(find_format(type), Format::none) << type;
  }
}

TEST(Format, KnowsScripts) {
  for (const std::string_view type :
       {"text/javascript", "application/javascript", "Application/X-JavaScript"})
    EXPECT_EQ(find_format(type), Format::script) << type;
}

TEST(Format, KnowsTextsThatAreOnlyLookedIntoWhereTheyAreAskedFor) {
  EXPECT_EQ(find_format("Text/VTT"), Format::vtt);
  EXPECT_EQ(find_format("text/plain"), Format::text);
  PageRules rules;
  EXPECT_FALSE(is_looked_into(Format::vtt, rules));
  EXPECT_FALSE(is_looked_into(Format::text, rules));
  rules.webvtt = true;
  EXPECT_TRUE(is_looked_into(Format::vtt, rules));
  EXPECT_FALSE(is_looked_into(Format::text, rules));
  rules.plain_text = true;
  EXPECT_TRUE(is_looked_into(Format::text, rules));
}

TEST(Format, EachHasItsRewriter) {
  EXPECT_EQ(testing::rewrite_as(Format::html, "<img src=/media/private/x>").counters.matched, 1U);
  EXPECT_EQ(testing::rewrite_as(Format::css, "url(/media/private/x)").counters.matched, 1U);
  EXPECT_EQ(testing::rewrite_as(Format::json, "\"/media/private/x\"").counters.matched, 1U);
  EXPECT_EQ(testing::rewrite_as(Format::script, "a = '/media/private/x'").counters.matched, 1U);
  EXPECT_EQ(testing::rewrite_as(Format::vtt, "-->\n/media/private/x").counters.matched, 1U);
  EXPECT_EQ(testing::rewrite_as(Format::text, "see /media/private/x").counters.matched, 1U);
  EXPECT_EQ(testing::rewrite_as(Format::m3u8, "/media/private/x").counters.matched, 1U);
  EXPECT_EQ(testing::rewrite_as(Format::xml, "<a href='/media/private/x'/>").counters.matched, 1U);
  EXPECT_EQ(
      testing::rewrite_as(Format::mpd, "<SegmentURL media='/media/private/x'/>").counters.matched,
      1U);
}

}  // namespace
}  // namespace signgate::rewrite
