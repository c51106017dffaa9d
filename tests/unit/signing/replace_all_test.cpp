// SPDX-License-Identifier: Apache-2.0
#include "signing/replace_all.hpp"

#include <gtest/gtest.h>

namespace signgate::signing {
namespace {

TEST(ReplaceAll, ReplacesEachOnce) {
  EXPECT_EQ(replace_all("", "a", "b"), "");
  EXPECT_EQ(replace_all("banana", "an", "ann"), "bannanna");
  EXPECT_EQ(replace_all("aaa", "aa", "a"), "aa");
  EXPECT_EQ(replace_all("abc", "abc", ""), "");
  EXPECT_EQ(replace_all("abc", "x", "y"), "abc");
}

}  // namespace
}  // namespace signgate::signing
