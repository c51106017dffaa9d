// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

bool is_descriptor(int number) {
  return ::fcntl(number, F_GETFD) != -1;
}

TEST(File, ClosesWhatItOwnsOnce) {
  int number = -1;
  {
    File first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    number = first.get();
    ASSERT_TRUE(first.is_open());
    File second(std::move(first));
    EXPECT_TRUE(second.is_open());
    File third;
    third = std::move(second);
    EXPECT_EQ(third.get(), number);
    EXPECT_TRUE(is_descriptor(number));
  }
  EXPECT_FALSE(is_descriptor(number));
}

}  // namespace
}  // namespace signgate::edge
