// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/url_path.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

std::string encoded(std::string_view text, EncodeSet set) {
  std::string out;
  append_percent_encoded(text, set, out);
  return out;
}

std::string joined(std::string path, std::string_view input) {
  append_path(input, path);
  return path;
}

TEST(PercentEncode, WritesEachPartsOwnSet) {
  EXPECT_EQ(encoded("a b\"<>`", EncodeSet::fragment), "a%20b%22%3C%3E%60");
  EXPECT_EQ(encoded("a'b#", EncodeSet::query), "a%27b%23");
  EXPECT_EQ(encoded("a?{}b'", EncodeSet::path), "a%3F%7B%7Db'");
  EXPECT_EQ(encoded("\xc3\xa9%2f%zz", EncodeSet::path), "%C3%A9%2f%zz");
}

TEST(AppendPath, ResolvesDotSegments) {
  EXPECT_EQ(joined("", "a/b"), "/a/b");
  EXPECT_EQ(joined("/a/b", "../c"), "/a/c");
  EXPECT_EQ(joined("/a", "./b/."), "/a/b/");
  EXPECT_EQ(joined("/a", "%2E%2e/b"), "/b");
  EXPECT_EQ(joined("", "../../a"), "/a");
  EXPECT_EQ(joined("", ""), "/");
}

}  // namespace
}  // namespace signgate::rewrite
