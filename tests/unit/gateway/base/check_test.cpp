// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/check.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace signgate {
namespace {

TEST(Check, PassesOnATrueExpressionAndEvaluatesItOnce) {
  int evaluated = 0;
  SIGNGATE_CHECK(++evaluated == 1);
  EXPECT_EQ(evaluated, 1);
}

TEST(Check, SaysWhatWasBrokenAndWhere) {
  const int peers = 0;
  EXPECT_THAT([&] { SIGNGATE_CHECK(peers > 0); },
              testing::ThrowsMessage<BrokenInvariant>(
                  testing::AllOf(testing::StartsWith("broken invariant: peers > 0 ("),
                                 testing::HasSubstr("check_test.cpp:"), testing::EndsWith(")"))));
}

TEST(CheckDeathTest, EndsTheProcessInAThreadWithoutARequest) {
  const auto work = [] { SIGNGATE_CHECK(2 + 2 == 5); };
  EXPECT_DEATH(std::thread(work).join(), "broken invariant: 2 \\+ 2 == 5 \\(.*check_test\\.cpp:");
}

}  // namespace
}  // namespace signgate
