// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/parsed.hpp"

#include <gtest/gtest.h>

#include "gateway/base/check.hpp"

namespace signgate::config {
namespace {

TEST(Parsed, HoldsAValueOrAFlaw) {
  const Parsed<int> value = 3;
  const Parsed<int> flaw = Flaw{"is odd", 2};
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, 3);
  ASSERT_FALSE(flaw);
  EXPECT_EQ(flaw.error().message, "is odd");
  EXPECT_EQ(flaw.error().offset, 2U);
}

TEST(Parsed, IsABrokenInvariantWhenAFlawIsTakenForAValue) {
  const Parsed<int> flaw = Flaw{"is odd", 2};
  EXPECT_THROW((void)flaw.value(), BrokenInvariant);
}

}  // namespace
}  // namespace signgate::config
