// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/rest_of_document.hpp"

#include <gtest/gtest.h>

#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

bool is_free(std::string_view text, std::size_t begin = 0, bool has_policies = false) {
  RestOfDocument rest(has_policies);
  WordSearch search;
  return rest.is_free(matcher().words(), search, text, begin);
}

TEST(RestOfDocument, IsFreeWithoutWordsAndWithoutWhatMayHideThem) {
  EXPECT_TRUE(is_free(""));
  EXPECT_TRUE(is_free("<p>1 < 2 &amp; text\n<img src='/albums/1?a=1&amp;b=2'>"));
  EXPECT_FALSE(is_free("<img src=/media/Private/a>"));
  EXPECT_FALSE(is_free("<img src=/media/pri&#118;ate/a>"));
  EXPECT_TRUE(is_free("<img src=/media/Private/a><p>text</p>", 26));
}

TEST(RestOfDocument, HasNoPolicyWhereThatIsLookedFor) {
  EXPECT_TRUE(is_free("<META name=referrer content=no-referrer>"));
  EXPECT_FALSE(is_free("<META name=referrer content=no-referrer>", 0, true));
  EXPECT_TRUE(is_free("<META name=referrer content=no-referrer><p>text", 1, true));
}

TEST(RestOfDocument, IsAskedAgainBehindTheDoubtfulPlace) {
  const std::string text = "<p>a&#118;b</p><p>c</p>";
  RestOfDocument rest(false);
  WordSearch search;
  for (std::size_t begin = 0; begin <= text.size(); ++begin)
    EXPECT_EQ(rest.is_free(matcher().words(), search, text, begin), begin > 4) << begin;

  RestOfDocument other(false);
  WordSearch another;
  EXPECT_FALSE(other.is_free(matcher().words(), another, text, 0));
  other.drop(3);
  another.drop(3);
  const std::string_view left = std::string_view(text).substr(3);
  EXPECT_FALSE(other.is_free(matcher().words(), another, left, 1));
  EXPECT_TRUE(other.is_free(matcher().words(), another, left, 2));
}

}  // namespace
}  // namespace signgate::rewrite
