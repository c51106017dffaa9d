// SPDX-License-Identifier: Apache-2.0
#include "signing/error.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace signgate::signing {
namespace {

TEST(Result, ThrowsALogicErrorWhenAnErrorIsTakenForAValue) {
  const Result<int> failed = Error{ErrorCode::bad_url, "no URL"};
  ASSERT_FALSE(failed);
  EXPECT_THROW(static_cast<void>(failed.value()), std::logic_error);
}

}  // namespace
}  // namespace signgate::signing
