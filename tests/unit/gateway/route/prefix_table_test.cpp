// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/prefix_table.hpp"

#include <gtest/gtest.h>

#include <random>

namespace signgate::route {
namespace {

// What stood in the table's place: each prefix is looked at.
std::optional<std::size_t> longest_of(const std::vector<std::string>& texts,
                                      std::string_view text) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (text.starts_with(texts[i]) && (!found || texts[i].size() > texts[*found].size())) found = i;
  }
  return found;
}

TEST(PrefixTable, FindsTheLongest) {
  const std::vector<std::string> texts = {"/a/", "/", "/a/b", "/a/b/c/", "/b", "/a/b"};
  const PrefixTable table(texts);
  EXPECT_EQ(table.longest("/"), 1U);
  EXPECT_EQ(table.longest("/a"), 1U);
  EXPECT_EQ(table.longest("/a/"), 0U);
  EXPECT_EQ(table.longest("/a/b/c"), 2U);
  EXPECT_EQ(table.longest("/a/b/c/d"), 3U);
  EXPECT_EQ(table.longest("/a/b/d"), 2U);
  EXPECT_EQ(table.longest("/a/zz"), 0U);
  EXPECT_EQ(table.longest("/bb"), 4U);
  EXPECT_EQ(table.longest("/\xC3\xA4"), 1U);
  EXPECT_EQ(table.longest(""), std::nullopt);
  EXPECT_EQ(table.longest("x"), std::nullopt);
  EXPECT_EQ(PrefixTable().longest("/"), std::nullopt);
}

TEST(PrefixTable, FindsWhatALookAtEachDoes) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto path = [&] {
    std::string text = "/";
    for (std::size_t i = random() % 8; i > 0; --i)
      text += "/ab\xFF"[random() % 4];
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> texts;
    for (std::size_t i = random() % 40; i > 0; --i)
      texts.push_back(path());
    const PrefixTable table(texts);
    for (int i = 0; i < 100; ++i) {
      const std::string uri = path();
      ASSERT_EQ(table.longest(uri), longest_of(texts, uri)) << uri << " in round " << round;
    }
  }
}

}  // namespace
}  // namespace signgate::route
