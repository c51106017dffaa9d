// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/srcset.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signgate::rewrite {
namespace {

using Urls = std::vector<std::string>;

Urls candidates(std::string_view srcset) {
  Urls urls;
  std::size_t position = 0;
  Candidate candidate;
  while (next_candidate(srcset, position, candidate))
    urls.emplace_back(srcset.substr(candidate.begin, candidate.end - candidate.begin));
  EXPECT_EQ(position, srcset.size());
  return urls;
}

TEST(Srcset, FindsEachCandidate) {
  EXPECT_EQ(candidates("a"), Urls{"a"});
  EXPECT_EQ(candidates("a 1x, b 2x"), (Urls{"a", "b"}));
  EXPECT_EQ(candidates(" ,\n a\t1x ,b 2x ,, "), (Urls{"a", "b"}));
  EXPECT_EQ(candidates("a, b"), (Urls{"a", "b"}));
  EXPECT_EQ(candidates("a,, b"), (Urls{"a", "b"}));
  EXPECT_EQ(candidates(""), Urls{});
  EXPECT_EQ(candidates(" , "), Urls{});
}

TEST(Srcset, KeepsACommaWithinAUrl) {
  EXPECT_EQ(candidates("a,b 1x,c,d"), (Urls{"a,b", "c,d"}));
  EXPECT_EQ(candidates("data:,a 1x, data:,b"), (Urls{"data:,a", "data:,b"}));
  EXPECT_EQ(candidates("w_100,h_200/a.jpg 1x, w_200,h_400/a.jpg 2x"),
            (Urls{"w_100,h_200/a.jpg", "w_200,h_400/a.jpg"}));
}

TEST(Srcset, KeepsACommaWithinParentheses) {
  EXPECT_EQ(candidates("a x(1, b), c"), (Urls{"a", "c"}));
  EXPECT_EQ(candidates("a (, b"), Urls{"a"});
  EXPECT_EQ(candidates("a (() , b"), (Urls{"a", "b"}));
}

}  // namespace
}  // namespace signgate::rewrite
