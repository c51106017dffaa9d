// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/path_pattern.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/wildcard.hpp"

namespace signgate::policy::lint {
namespace {

TEST(PathPattern, CoversWhatItMatchesWhole) {
  EXPECT_TRUE(covers("*", "private/*"));
  EXPECT_TRUE(covers("private/*", "/private/*"));
  EXPECT_TRUE(covers("/private/*", "private/a/*.jpg"));
  EXPECT_TRUE(covers("*.jpg", "a/?.jpg"));
  EXPECT_TRUE(covers("a?c", "abc"));
  EXPECT_TRUE(covers("a?c", "a?c"));
}

TEST(PathPattern, DoesNotCoverWhatItMatchesInPart) {
  EXPECT_FALSE(covers("private/*", "*"));
  EXPECT_FALSE(covers("*.jpg", "private/*"));
  EXPECT_FALSE(covers("a?c", "a*c"));
  EXPECT_FALSE(covers("abc", "a?c"));
  EXPECT_FALSE(covers("Private/*", "private/*"));
  EXPECT_FALSE(covers("private/*", "private"));
}

TEST(PathPattern, OverlapsWhereOnePathMatchesBoth) {
  EXPECT_TRUE(overlaps("*.jpg", "private/*"));
  EXPECT_TRUE(overlaps("/a/*", "a/b"));
  EXPECT_TRUE(overlaps("a?", "?b"));
  EXPECT_TRUE(overlaps("", ""));
  EXPECT_TRUE(overlaps("*", ""));
  EXPECT_FALSE(overlaps("public/*", "private/*"));
  EXPECT_FALSE(overlaps("*.jpg", "*.png"));
  EXPECT_FALSE(overlaps("a?", "a"));
}

// Every pattern of up to three of these characters against every other, over all short paths.
TEST(PathPattern, AgreesWithTheMatcher) {
  const auto texts_of = [](const std::string& alphabet, std::size_t longest) {
    std::vector<std::string> out{""};
    for (std::size_t begin = 0, length = 1; length <= longest; ++length) {
      const std::size_t end = out.size();
      for (; begin < end; ++begin) {
        for (const char c : alphabet)
          out.push_back(out[begin] + c);
      }
    }
    return out;
  };
  const auto patterns = texts_of("ab*?", 3);
  const auto paths = texts_of("abc", 5);
  for (const std::string& one : patterns) {
    for (const std::string& two : patterns) {
      bool common = false;
      bool all = true;
      for (const std::string& path : paths) {
        const bool by_one = wildcard_match(one, path);
        const bool by_two = wildcard_match(two, path);
        common |= by_one && by_two;
        all &= by_one || !by_two;
      }
      EXPECT_EQ(overlaps(one, two), common) << one << ' ' << two;
      if (covers(one, two)) {
        EXPECT_TRUE(all) << one << " does not cover " << two;
      }
    }
  }
}

}  // namespace
}  // namespace signgate::policy::lint
