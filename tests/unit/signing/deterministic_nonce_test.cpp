// SPDX-License-Identifier: Apache-2.0
#include "signing/deterministic_nonce.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "unit/signing/rfc6979.hpp"

namespace signgate::signing {
namespace {

using Scalar = std::array<unsigned char, scalar_bytes>;

Scalar scalar(std::string_view hex) {
  Scalar out;
  const std::string text = rfc6979::bytes(hex);
  std::copy(text.begin(), text.end(), out.begin());
  return out;
}

TEST(DeterministicNonce, IsTheOneOfTheRfc) {
  for (const rfc6979::Case& each : rfc6979::cases) {
    std::array<unsigned char, 32> digest;
    unsigned int size = 0;
    const EVP_MD* md = each.hash == HashAlgorithm::sha1 ? EVP_sha1() : EVP_sha256();
    ASSERT_EQ(
        EVP_Digest(each.message.data(), each.message.size(), digest.data(), &size, md, nullptr), 1);
    Scalar nonce;
    deterministic_nonce(each.hash, scalar(rfc6979::secret), std::span(digest).first(size), nonce);
    EXPECT_EQ(nonce, scalar(each.k)) << hash_name(each.hash) << ' ' << each.message;
  }
}

TEST(DeterministicNonce, TakesADigestModuloTheOrder) {
  // bits2octets: a digest of order + 1 counts as 1.
  Scalar above = scalar("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632552");
  Scalar small{};
  small.back() = 1;
  Scalar a;
  Scalar b;
  deterministic_nonce(HashAlgorithm::sha256, scalar(rfc6979::secret), above, a);
  deterministic_nonce(HashAlgorithm::sha256, scalar(rfc6979::secret), small, b);
  EXPECT_EQ(a, b);
  small.back() = 2;
  deterministic_nonce(HashAlgorithm::sha256, scalar(rfc6979::secret), small, b);
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace signgate::signing
