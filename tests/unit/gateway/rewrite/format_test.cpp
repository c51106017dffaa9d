// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/format.hpp"

#include <gtest/gtest.h>

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
}

TEST(Format, IsNoneForWhatIsNotLookedInto) {
  for (const std::string_view type :
       {"", "text", "text/htm", "text/html5", "text/plain", "text/vtt", "image/png",
        "application/javascript", "text/javascript", "application/octet-stream",
        "application/+json", "+json", "/a+json", "application/json5", "application/jsonp",
        "application/a+jsonx"}) {
    EXPECT_EQ(find_format(type), Format::none) << type;
  }
}

TEST(Format, EachHasItsRewriter) {
  EXPECT_EQ(testing::rewrite_as(Format::html, "<img src=/media/private/x>").counters.matched, 1U);
  EXPECT_EQ(testing::rewrite_as(Format::css, "url(/media/private/x)").counters.matched, 1U);
  EXPECT_EQ(testing::rewrite_as(Format::json, "\"/media/private/x\"").counters.matched, 1U);
}

}  // namespace
}  // namespace signgate::rewrite
