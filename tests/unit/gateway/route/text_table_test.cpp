// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/text_table.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

TEST(TextTable, FindsWhatWasAddedFirst) {
  TextTable table;
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.find(""), std::nullopt);
  table.add("b.example", 7);
  table.add("b.example", 8);
  table.add("long.example.com", 9);
  EXPECT_EQ(table.find("b.example"), 7U);
  EXPECT_EQ(table.find("long.example.com"), 9U);
  for (const std::string_view other :
       {"", "b.exampl", "b.examples", "a.example", "c.example.com.xy"})
    EXPECT_EQ(table.find(other), std::nullopt) << other;
  EXPECT_EQ(table.longest(), 16U);
}

TEST(TextTable, TakesTheEmptyText) {
  TextTable table;
  table.add("", 3);
  EXPECT_FALSE(table.empty());
  EXPECT_EQ(table.find(""), 3U);
  EXPECT_EQ(table.find("a"), std::nullopt);
}

}  // namespace
}  // namespace signgate::route
