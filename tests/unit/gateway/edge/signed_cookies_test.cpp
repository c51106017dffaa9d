// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/signed_cookies.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

TEST(SignedCookies, AreGatheredFromAllCookieFields) {
  http::Fields fields;
  fields.add("Cookie", "a=b; CloudFront-Policy=P_; CloudFront-Signature=S=T ;c");
  fields.add("X-Cookie", "CloudFront-Expires=1");
  fields.add("cookie", "CloudFront-Key-Pair-Id=K1;CloudFront-Hash-Algorithm=SHA256");
  const signing::Presented presented = presented_cookies(fields);
  EXPECT_EQ(presented.policy, "P_");
  EXPECT_EQ(presented.signature, "S=T");
  EXPECT_EQ(presented.key_pair_id, "K1");
  EXPECT_EQ(presented.hash_algorithm, "SHA256");
  EXPECT_FALSE(presented.expires);
  EXPECT_FALSE(presented.repeated_policy);
  EXPECT_TRUE(is_presented(presented));
}

TEST(SignedCookies, NamesCountInCaseAndRepetitionIsSeen) {
  http::Fields fields;
  fields.add("Cookie", "cloudfront-expires=1; CloudFront-ExpiresX=2; =3; ;");
  EXPECT_FALSE(is_presented(presented_cookies(fields)));
  fields.add("Cookie", "CloudFront-Signature=a; CloudFront-Signature=b; CloudFront-Expires=1");
  fields.add("Cookie", "CloudFront-Expires=1; CloudFront-Key-Pair-Id=x;CloudFront-Key-Pair-Id=x");
  const signing::Presented presented = presented_cookies(fields);
  EXPECT_TRUE(presented.repeated_signature);
  EXPECT_TRUE(presented.repeated_policy);
  EXPECT_TRUE(presented.repeated_key_pair_id);
  EXPECT_FALSE(presented.repeated_hash_algorithm);
}

}  // namespace
}  // namespace signgate::edge
