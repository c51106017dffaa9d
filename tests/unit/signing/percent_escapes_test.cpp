// SPDX-License-Identifier: Apache-2.0
#include "signing/percent_escapes.hpp"

#include <gtest/gtest.h>

namespace signgate::signing {
namespace {

TEST(PercentEscapes, AreDecodedOnce) {
  EXPECT_EQ(percent_decoded("a%20b%2fc%2F%25zz%zz%4"), "a b/c/%zz%zz%4");
  EXPECT_EQ(percent_decoded("%2525"), "%25");
  EXPECT_EQ(percent_decoded("%"), "%");
  EXPECT_EQ(percent_decoded("%00").size(), 1U);
}

TEST(PercentEscapes, AreRecasedWithoutTheRest) {
  EXPECT_EQ(percent_recased("aBc%c3%A9%zz", true), "aBc%C3%A9%zz");
  EXPECT_EQ(percent_recased("aBc%c3%A9%zz", false), "aBc%c3%a9%zz");
}

}  // namespace
}  // namespace signgate::signing
