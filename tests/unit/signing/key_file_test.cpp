// SPDX-License-Identifier: Apache-2.0
#include "signing/key_file.hpp"

#include <gtest/gtest.h>

#include "signing/private_key.hpp"

namespace signgate::signing {
namespace {

TEST(KeyFile, ReadsWhatKeysWrite) {
  for (const KeyType type : {KeyType::rsa2048, KeyType::ecdsa_p256}) {
    const auto key = PrivateKey::generate(type);
    ASSERT_TRUE(key);
    const auto read = read_private_key_file(key->pem());
    ASSERT_TRUE(read);
    const auto accepted = accepted_key_type(read->get());
    ASSERT_TRUE(accepted);
    EXPECT_EQ(*accepted, type);
  }
}

TEST(KeyFile, RefusesAPrivateKeyForAPublicOneAndNoise) {
  const auto key = PrivateKey::generate(KeyType::ecdsa_p256);
  ASSERT_TRUE(key);
  EXPECT_FALSE(read_public_key_file(key->pem()));
  EXPECT_FALSE(read_private_key_file("noise"));
  EXPECT_FALSE(read_private_key_file(""));
}

}  // namespace
}  // namespace signgate::signing
