// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/faults.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

TEST(Faults, AsManyAnswersAsWereAskedForFail) {
  Faults faults;
  EXPECT_FALSE(faults.take(1));
  faults.status = 503;
  faults.left = 2;
  EXPECT_EQ(faults.take(1)->code, "SlowDown");
  const auto second = faults.take(2);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, 503);
  EXPECT_TRUE(second->reason.starts_with("fault: "));
  EXPECT_FALSE(faults.take(3));
}

TEST(Faults, EveryStatusHasABody) {
  for (const int status : {400, 403, 404, 500, 502, 503, 599}) {
    Faults faults{Milliseconds(0), status, 1};
    const auto answer = faults.take(1);
    EXPECT_EQ(answer->status, status);
    EXPECT_NE(answer->body.bytes->find("<Code>" + answer->code + "</Code>"), std::string::npos);
  }
}

}  // namespace
}  // namespace signgate::edge
