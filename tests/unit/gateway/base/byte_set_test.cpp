// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/byte_set.hpp"

#include <gtest/gtest.h>

namespace signgate {
namespace {

TEST(ByteSet, FindsItsMembersAndNothingElse) {
  constexpr ByteSet ends(std::string_view("/?\0\xff", 4));
  EXPECT_TRUE(ends.contains('/'));
  EXPECT_TRUE(ends.contains('\0'));
  EXPECT_TRUE(ends.contains('\xff'));
  EXPECT_FALSE(ends.contains('a'));
  EXPECT_EQ(ends.find("ab?c/d"), 2U);
  EXPECT_EQ(ends.find("ab?c/d", 3), 4U);
  EXPECT_EQ(ends.find("abcd"), 4U);
  EXPECT_EQ(ends.find("abcd", 9), 9U);
  EXPECT_EQ(ends.find(""), 0U);
}

TEST(ByteSet, WithoutMembersFindsNothing) {
  EXPECT_EQ(ByteSet("").find("abc"), 3U);
}

}  // namespace
}  // namespace signgate
