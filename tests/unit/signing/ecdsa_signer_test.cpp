// SPDX-License-Identifier: Apache-2.0
#include "signing/ecdsa_signer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "signing/private_key.hpp"
#include "unit/signing/keys.hpp"
#include "unit/signing/rfc6979.hpp"

namespace signgate::signing {
namespace {

std::string sign(const PrivateKey& key, HashAlgorithm hash, std::string_view message) {
  std::array<unsigned char, max_signature> out;
  const auto length = key.sign(hash, message, out);
  return {reinterpret_cast<const char*>(out.data()), length.value()};
}

TEST(EcdsaSigner, MakesTheSignaturesOfTheRfc) {
  const auto key = PrivateKey::parse(rfc6979::key_file());
  ASSERT_TRUE(key) << key.error().message;
  for (const rfc6979::Case& each : rfc6979::cases) {
    EXPECT_EQ(sign(*key, each.hash, each.message), rfc6979::signature(each))
        << hash_name(each.hash) << ' ' << each.message;
  }
}

TEST(EcdsaSigner, MakesTheSameSignatureOnEveryThreadAndCopyOfTheKey) {
  const PrivateKey key = vectors::private_key("p256.sec1.pem");
  const PrivateKey other = vectors::private_key("p256.pkcs8.pem");
  for (int i = 0; i < 20; ++i) {
    const std::string message = "policy " + std::to_string(i);
    const std::string here = sign(key, HashAlgorithm::sha256, message);
    std::string there;
    std::thread([&] { there = sign(other, HashAlgorithm::sha256, message); }).join();
    EXPECT_EQ(here, there);
    EXPECT_NE(here, sign(key, HashAlgorithm::sha256, message + "x"));
    EXPECT_TRUE(key.public_key().verify(
        HashAlgorithm::sha256, message,
        {reinterpret_cast<const unsigned char*>(here.data()), here.size()}));
  }
}

}  // namespace
}  // namespace signgate::signing
