// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/refresh.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signgate::rewrite {
namespace {

// The URL that is found, or "(none)".
std::string found(std::string_view value) {
  std::size_t begin = 0;
  std::size_t end = 0;
  if (!find_refresh_url(value, begin, end)) return "(none)";
  return std::string(value.substr(begin, end - begin));
}

TEST(FindRefreshUrl, TakesWhatBrowsersTake) {
  EXPECT_EQ(found("5; url=next.html"), "next.html");
  EXPECT_EQ(found("0;URL='/a b'"), "/a b");
  EXPECT_EQ(found("0; url=\"/a\""), "/a");
  EXPECT_EQ(found("0, url = /a"), "/a");
  EXPECT_EQ(found("  3.5; url=/a"), "/a");
}

TEST(FindRefreshUrl, FindsNoneWhereThereIsNoTimeOrNoUrl) {
  EXPECT_EQ(found("5"), "(none)");
  EXPECT_EQ(found(""), "(none)");
  EXPECT_EQ(found("url=/a"), "(none)");
}

}  // namespace
}  // namespace signgate::rewrite
