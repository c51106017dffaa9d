// SPDX-License-Identifier: Apache-2.0
#include "signing/rsa_fault_check.hpp"

#include <gtest/gtest.h>
#include <openssl/rsa.h>

#include "signing/openssl.hpp"

namespace signgate::signing {
namespace {

TEST(RsaFaultCheck, HoldsOfTheOpensslThatWeAreBuiltFor) {
  const openssl::SharedKey key = openssl::adopt(EVP_RSA_gen(2048));
  ASSERT_NE(key, nullptr);
  EXPECT_TRUE(openssl_checks_rsa(key.get()));
}

}  // namespace
}  // namespace signgate::signing
