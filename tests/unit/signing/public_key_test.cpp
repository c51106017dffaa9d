// SPDX-License-Identifier: Apache-2.0
#include "signing/public_key.hpp"

#include <gmock/gmock.h>

#include <array>
#include <thread>

#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

using testing::HasSubstr;
using vectors::key_file;

TEST(PublicKey, IsThePrivateKeysHalf) {
  const PublicKey rsa = PublicKey::parse(key_file("rsa2048-a.pub.pem")).value();
  EXPECT_EQ(rsa.type(), KeyType::rsa2048);
  EXPECT_EQ(rsa.fingerprint(), vectors::private_key("rsa2048-a.pkcs8.pem").fingerprint());
  const PublicKey p256 = PublicKey::parse(key_file("p256.pub.pem")).value();
  EXPECT_EQ(p256.type(), KeyType::ecdsa_p256);
  EXPECT_EQ(p256.fingerprint(), vectors::private_key("p256.sec1.pem").fingerprint());
}

TEST(PublicKey, WritesThePemThatItRead) {
  for (const char* file : {"rsa2048-a.pub.pem", "p256.pub.pem"}) {
    EXPECT_EQ(PublicKey::parse(key_file(file))->pem(), key_file(file));
  }
}

// The bytes that `openssl pkey -pubin -outform DER | sha256sum` gives for rsa2048-a.pub.pem.
TEST(PublicKey, FingerprintIsOfTheSubjectPublicKeyInfo) {
  EXPECT_EQ(fingerprint_hex(PublicKey::parse(key_file("rsa2048-a.pub.pem"))->fingerprint()),
            "bb505aa6b16ebebfe853da37593aeb15177eb37d41b4dde6095ffc9b92fed448");
  EXPECT_EQ(fingerprint_hex(PublicKey::parse(key_file("p256.pub.pem"))->fingerprint()),
            "cbcbe65cb792ab1ec94a32353a5fa8641f2c53d67de5132a55528aad2b889853");
}

void expect_refused(const std::string& text, const std::string& says) {
  const auto key = PublicKey::parse(text);
  ASSERT_FALSE(key) << says;
  EXPECT_EQ(key.error().code, ErrorCode::bad_key);
  EXPECT_THAT(key.error().message, HasSubstr(says));
}

TEST(PublicKey, RefusesEverythingElse) {
  expect_refused("", "empty");
  expect_refused("hello", "neither PEM nor DER");
  expect_refused(key_file("rsa4096.pub.pem"), "4096 bits");
  expect_refused(key_file("rsa1024.pub.pem"), "1024 bits");
  expect_refused(key_file("p384.pub.pem"), "secp384r1");
  expect_refused(key_file("rsa2048-a.pkcs1.pem"), "private key");
  expect_refused(key_file("rsa2048-a.pkcs8.der"), "private key");
  expect_refused("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "damaged");
  expect_refused("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate");
}

TEST(PublicKey, VerifyIsFalseForSignaturesOfTheWrongForm) {
  for (const char* file : {"rsa2048-a.pub.pem", "p256.pub.pem"}) {
    const PublicKey key = PublicKey::parse(key_file(file)).value();
    for (const std::size_t size : {0U, 1U, 70U, 255U, 256U, 257U, 5000U}) {
      const std::vector<unsigned char> junk(size, 0x30);
      EXPECT_FALSE(key.verify(HashAlgorithm::sha1, "m", junk)) << file << " " << size;
    }
  }
}

// What a check leaves behind serves the next one, of any thread and any outcome.
TEST(PublicKey, VerifiesBetweenBadSignaturesInManyThreads) {
  constexpr std::array hashes{HashAlgorithm::sha1, HashAlgorithm::sha256};
  const PrivateKey pair = vectors::private_key("rsa2048-a.pkcs1.pem");
  const PublicKey key = PublicKey::parse(key_file("rsa2048-a.pub.pem")).value();
  std::array<std::array<unsigned char, max_signature>, 2> signatures{};
  for (std::size_t i = 0; i < hashes.size(); ++i)
    ASSERT_TRUE(pair.sign(hashes[i], "m", signatures[i]));
  std::array<int, 4> wrong{};
  {
    std::vector<std::jthread> threads;
    for (int& count : wrong) {
      threads.emplace_back([&, copy = key] {
        for (int round = 0; round < 20; ++round) {
          for (std::size_t i = 0; i < hashes.size(); ++i) {
            count += !copy.verify(hashes[i], "m", signatures[i]);
            count += copy.verify(hashes[i], "another", signatures[i]);
            count += copy.verify(hashes[i], "m", signatures[1 - i]);
          }
        }
      });
    }
  }
  EXPECT_EQ(wrong, (std::array<int, 4>{}));
}

}  // namespace
}  // namespace signgate::signing
