// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/check.hpp"

#include <gtest/gtest.h>

namespace signgate {
namespace {

TEST(Check, PassesOnATrueExpressionAndEvaluatesItOnce) {
  int evaluated = 0;
  SIGNGATE_CHECK(++evaluated == 1);
  EXPECT_EQ(evaluated, 1);
}

TEST(CheckDeathTest, EndsTheProcessAndSaysWhatAndWhere) {
  const int peers = 0;
  EXPECT_DEATH(SIGNGATE_CHECK(peers > 0),
               "broken invariant: peers > 0 \\(.*check_test\\.cpp:[0-9]+\\)");
}

}  // namespace
}  // namespace signgate
