// SPDX-License-Identifier: Apache-2.0
#include "policy/argument_error.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace signgate::policy {
namespace {

TEST(ArgumentError, IsNotTakenForAValue) {
  const ArgumentResult<std::vector<int>> wrong = ArgumentError{"no number"};
  EXPECT_FALSE(wrong.has_value());
  EXPECT_THROW((void)wrong.value(), std::logic_error);
}

}  // namespace
}  // namespace signgate::policy
