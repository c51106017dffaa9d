// SPDX-License-Identifier: Apache-2.0
#include "signing/private_key.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using vectors::key_file;

std::string sign(const PrivateKey& key, HashAlgorithm hash, std::string_view message) {
  std::array<unsigned char, max_signature> out;
  const auto length = key.sign(hash, message, out);
  return {reinterpret_cast<const char*>(out.data()), length.value()};
}

bool verifies(const PublicKey& key, HashAlgorithm hash, std::string_view message,
              std::string_view signature) {
  return key.verify(hash, message,
                    {reinterpret_cast<const unsigned char*>(signature.data()), signature.size()});
}

TEST(PrivateKey, ReadsEveryFormOfOneKey) {
  const PrivateKey pkcs1 = vectors::private_key("rsa2048-a.pkcs1.pem");
  EXPECT_EQ(pkcs1.type(), KeyType::rsa2048);
  for (const char* file :
       {"rsa2048-a.pkcs8.pem", "rsa2048-a.crlf.pkcs1.pem", "rsa2048-a.pkcs8.der"}) {
    EXPECT_EQ(vectors::private_key(file).fingerprint(), pkcs1.fingerprint()) << file;
  }
  const PrivateKey sec1 = vectors::private_key("p256.sec1.pem");
  EXPECT_EQ(sec1.type(), KeyType::ecdsa_p256);
  EXPECT_EQ(vectors::private_key("p256.pkcs8.pem").fingerprint(), sec1.fingerprint());
  EXPECT_NE(sec1.fingerprint(), pkcs1.fingerprint());
}

TEST(PrivateKey, ReadsSec1BehindAnEcParametersBlock) {
  ASSERT_THAT(key_file("p256-with-params.sec1.pem"), HasSubstr("BEGIN EC PARAMETERS"));
  EXPECT_EQ(vectors::private_key("p256-with-params.sec1.pem").fingerprint(),
            PublicKey::parse(key_file("p256-with-params.pub.pem"))->fingerprint());
}

TEST(PrivateKey, IgnoresTextAroundTheBlock) {
  const std::string text =
      "Bag Attributes\n  friendlyName: x\n" + key_file("p256.pkcs8.pem") + "\ntrailing\n";
  EXPECT_TRUE(PrivateKey::parse(text));
}

void expect_refused(const std::string& text, const std::string& says) {
  const auto key = PrivateKey::parse(text);
  ASSERT_FALSE(key) << says;
  EXPECT_EQ(key.error().code, ErrorCode::bad_key);
  EXPECT_THAT(key.error().message, HasSubstr(says));
  EXPECT_THAT(key.error().message, HasSubstr("RSA"));
  EXPECT_THAT(key.error().message, HasSubstr("P-256"));
}

TEST(PrivateKey, RefusesOtherTypesAndSizes) {
  expect_refused(key_file("rsa4096.pkcs1.pem"), "4096 bits");
  expect_refused(key_file("rsa1024.pkcs1.pem"), "1024 bits");
  expect_refused(key_file("p384.sec1.pem"), "secp384r1");
}

TEST(PrivateKey, RefusesEncryptedFiles) {
  expect_refused(key_file("rsa2048-a.enc-legacy.pem"), "encrypted");
  expect_refused(key_file("rsa2048-a.enc-pkcs8.pem"), "encrypted");
}

TEST(PrivateKey, RefusesPublicKeysByName) {
  expect_refused(key_file("rsa2048-a.pub.pem"), "public key");
  expect_refused(key_file("p256.pub.pem"), "public key");
}

TEST(PrivateKey, RefusesWhatIsNoKey) {
  expect_refused("", "empty");
  expect_refused("hello", "neither PEM nor DER");
  expect_refused("-----BEGIN PRIVATE KEY-----\n", "damaged");
  expect_refused("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "damaged");
  expect_refused("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate");
  expect_refused("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
                 "OpenSSH");
}

TEST(PrivateKey, RefusesEveryTruncationOfAFile) {
  for (const char* file : {"p256.sec1.pem", "rsa2048-a.pkcs8.der"}) {
    const std::string text = key_file(file);
    const std::size_t whole =
        text.find("-----END") == std::string::npos ? text.size() : text.rfind("-----");
    for (std::size_t size = 0; size < whole; size += 7) {
      EXPECT_FALSE(PrivateKey::parse(text.substr(0, size))) << file << " " << size;
    }
  }
}

TEST(PrivateKey, NeverTakesADamagedFileForAnotherKey) {
  // Whatever byte is turned, either the file is refused or it is still the very key.
  const std::string text = key_file("rsa2048-a.pkcs8.der");
  const PrivateKey whole = vectors::private_key("rsa2048-a.pkcs8.der");
  std::size_t refused = 0;
  for (std::size_t i = 0; i < text.size(); i += 11) {
    std::string damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    const auto key = PrivateKey::parse(damaged);
    if (!key) {
      ++refused;
      continue;
    }
    EXPECT_EQ(key->public_key().fingerprint(), whole.public_key().fingerprint()) << i;
    const std::string signature = sign(*key, HashAlgorithm::sha256, "m");
    EXPECT_TRUE(verifies(whole.public_key(), HashAlgorithm::sha256, "m", signature)) << i;
  }
  EXPECT_GT(refused, 0U);
  EXPECT_TRUE(verifies(whole.public_key(), HashAlgorithm::sha256, "m",
                       sign(whole, HashAlgorithm::sha256, "m")));
}

TEST(PrivateKey, ErrorsHoldNothingOfTheKey) {
  std::string text = key_file("rsa2048-a.pkcs1.pem");
  const std::string body = text.substr(40, 30);
  text[200] = text[200] == 'A' ? 'B' : 'A';
  const auto key = PrivateKey::parse(text);
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().message, Not(HasSubstr(body)));
  for (const char* file : {"rsa4096.pkcs1.pem", "rsa2048-a.enc-legacy.pem", "p384.sec1.pem"}) {
    const std::string given = key_file(file);
    const std::string line = given.substr(given.find('\n') + 1, 20);
    EXPECT_THAT(PrivateKey::parse(given).error().message, Not(HasSubstr(line)));
  }
}

TEST(PrivateKey, RsaSignaturesAreDeterministic) {
  const PrivateKey key = vectors::private_key("rsa2048-a.pkcs1.pem");
  for (const HashAlgorithm hash : {HashAlgorithm::sha1, HashAlgorithm::sha256}) {
    const std::string first = sign(key, hash, "a message");
    EXPECT_EQ(first.size(), 256U);
    EXPECT_EQ(sign(key, hash, "a message"), first);
    EXPECT_NE(sign(key, hash, "a massage"), first);
    EXPECT_TRUE(verifies(key.public_key(), hash, "a message", first));
    EXPECT_FALSE(verifies(key.public_key(), hash, "a massage", first));
    EXPECT_FALSE(verifies(key.public_key(),
                          hash == HashAlgorithm::sha1 ? HashAlgorithm::sha256 : HashAlgorithm::sha1,
                          "a message", first));
  }
}

TEST(PrivateKey, EcdsaSignaturesAreDer) {
  const PrivateKey key = vectors::private_key("p256.sec1.pem");
  for (int i = 0; i < 50; ++i) {
    const std::string signature = sign(key, HashAlgorithm::sha256, "m");
    EXPECT_EQ(signature.front(), 0x30);
    EXPECT_LE(signature.size(), 72U);
    EXPECT_EQ(static_cast<std::size_t>(signature[1]), signature.size() - 2);
    EXPECT_TRUE(verifies(key.public_key(), HashAlgorithm::sha256, "m", signature));
  }
}

TEST(PrivateKey, SignsFromManyThreadsAtOnce) {
  const PrivateKey rsa = vectors::private_key("rsa2048-a.pkcs1.pem");
  const PrivateKey ec = vectors::private_key("p256.sec1.pem");
  const std::string expected = sign(rsa, HashAlgorithm::sha1, "m");
  std::array<int, 4> bad{};
  {
    std::vector<std::jthread> threads;
    for (int& count : bad) {
      threads.emplace_back([&, copy = rsa] {
        for (int i = 0; i < 20; ++i) {
          count += sign(copy, HashAlgorithm::sha1, "m") != expected;
          count += !verifies(ec.public_key(), HashAlgorithm::sha256, "x",
                             sign(ec, HashAlgorithm::sha256, "x"));
        }
      });
    }
  }
  EXPECT_EQ(bad, (std::array<int, 4>{}));
}

TEST(PrivateKey, GeneratesWhatItCanRead) {
  for (const KeyType type : {KeyType::rsa2048, KeyType::ecdsa_p256}) {
    const auto key = PrivateKey::generate(type);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->type(), type);
    EXPECT_THAT(key->pem(), AnyOf(StartsWith("-----BEGIN RSA PRIVATE KEY-----\n"),
                                  StartsWith("-----BEGIN EC PRIVATE KEY-----\n")));
    EXPECT_EQ(PrivateKey::parse(key->pem())->fingerprint(), key->fingerprint());
    EXPECT_EQ(PublicKey::parse(key->public_key().pem())->fingerprint(), key->fingerprint());
    EXPECT_NE(PrivateKey::generate(type)->fingerprint(), key->fingerprint());
  }
}

}  // namespace
}  // namespace signgate::signing
