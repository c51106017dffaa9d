// SPDX-License-Identifier: Apache-2.0
#include "signing/signer.hpp"

#include <gtest/gtest.h>

#include "policy/cloudfront_statement.hpp"
#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

TEST(SigningKey, DefaultsToTheKeyTypesHash) {
  EXPECT_EQ(vectors::rsa().hash, HashAlgorithm::sha1);
  EXPECT_EQ(vectors::p256().hash, HashAlgorithm::sha256);
  EXPECT_EQ(make_signing_key("K", vectors::rsa().key, HashAlgorithm::sha256)->hash,
            HashAlgorithm::sha256);
}

TEST(SigningKey, ChecksTheId) {
  const PrivateKey key = vectors::rsa().key;
  for (const std::string id : {"K2JCJMDEHXQW5F", "APKAEIBAERJR2EXAMPLE", "k1"}) {
    EXPECT_EQ(make_signing_key(id, key)->key_pair_id, id);
  }
  EXPECT_TRUE(make_signing_key(std::string(128, 'K'), key));
  for (const std::string& id :
       {std::string(), std::string("K&x=1"), std::string("K 1"), std::string("K#"),
        std::string("K-1"), std::string("K~"), std::string("K%20"), std::string("K\n"),
        std::string("K\xC3\xA9"), std::string(129, 'K')}) {
    const auto made = make_signing_key(id, key);
    ASSERT_FALSE(made) << id;
    EXPECT_EQ(made.error().code, ErrorCode::bad_key_pair_id);
  }
}

TEST(SignCanned, IsSignPolicyOverTheCannedPolicy) {
  const SigningKey key = vectors::rsa();
  EXPECT_EQ(sign_canned(key, "https://d1/a", 5).value(),
            sign_policy(key, policy::canned_policy("https://d1/a", 5)).value());
  EXPECT_EQ(sign_canned(key, "https://d1/a", 5)->size(), 344U);
}

TEST(SignCanned, RefusesMilliseconds) {
  EXPECT_TRUE(sign_canned(vectors::p256(), "https://d1/a", policy::max_cloudfront_time));
  const auto signature =
      sign_canned(vectors::p256(), "https://d1/a", policy::max_cloudfront_time + 1);
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().code, ErrorCode::bad_time);
}

}  // namespace
}  // namespace signgate::signing
