// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/fault.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace signgate {
namespace {

TEST(Fault, IsAnErrorOfOurOwnSideThatTellsWhatWasThrown) {
  const Error error = fault_of(std::make_exception_ptr(std::runtime_error("no such thing")));
  EXPECT_EQ(error.code, ErrorCode::fault);
  EXPECT_EQ(error.side, Side::own);
  EXPECT_EQ(error.retry, Retry::no);
  EXPECT_EQ(error_status(error), 500);
  EXPECT_EQ(error.detail, "a fault of our own: no such thing");
}

TEST(Fault, NeedsNoText) {
  EXPECT_EQ(fault_of(std::make_exception_ptr(7)).detail,
            "a fault of our own, of a type that tells nothing");
}

TEST(Fault, OfAThreadThatWorksForAnotherIsHandedOver) {
  EXPECT_EQ(thrown_by([] {}), nullptr);
  const std::exception_ptr thrown = thrown_by([] { throw std::bad_alloc(); });
  ASSERT_NE(thrown, nullptr);
  EXPECT_THROW(std::rethrow_exception(thrown), std::bad_alloc);
}

}  // namespace
}  // namespace signgate
