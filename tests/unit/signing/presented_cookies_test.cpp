// SPDX-License-Identifier: Apache-2.0
#include "signing/presented_cookies.hpp"

#include <gtest/gtest.h>

namespace signgate::signing {
namespace {

TEST(PresentedCookies, TakesCloudFrontsAndNoOthers) {
  Presented presented;
  take_cookies("a=b; CloudFront-Policy=P_;CloudFront-Signature=S=T ; CloudFront-Key-Pair-Id=K1; c",
               presented);
  EXPECT_EQ(presented.policy, "P_");
  EXPECT_EQ(presented.signature, "S=T");
  EXPECT_EQ(presented.key_pair_id, "K1");
  EXPECT_FALSE(presented.expires);
  EXPECT_TRUE(is_presented(presented));
}

TEST(PresentedCookies, SeesRepetitionOverSeveralFields) {
  Presented presented;
  take_cookies("CloudFront-Expires=1", presented);
  EXPECT_FALSE(presented.repeated_policy);
  take_cookies("CloudFront-Expires=1", presented);
  EXPECT_TRUE(presented.repeated_policy);
}

TEST(PresentedCookies, NothingIsPresentedByOtherNames) {
  Presented presented;
  take_cookies("cloudfront-expires=1; CloudFront-ExpiresX=2; =3; ;", presented);
  EXPECT_FALSE(is_presented(presented));
}

}  // namespace
}  // namespace signgate::signing
