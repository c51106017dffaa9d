// SPDX-License-Identifier: Apache-2.0
#include "signing/verified_signatures.hpp"

#include <gtest/gtest.h>

#include "signing/private_key.hpp"
#include "signing/signed_url.hpp"
#include "signing/url_base64.hpp"
#include "signing/verifier.hpp"

namespace signgate::signing {
namespace {

constexpr UnixSeconds noon = 1893499200;

class VerifiedSignaturesTest : public testing::Test {
 protected:
  static SigningKey make_key(const char* id) {
    return *make_signing_key(id, *PrivateKey::generate(KeyType::ecdsa_p256));
  }

  [[nodiscard]] std::string sign(const std::string& url) const {
    return *sign_url_canned(key_, url, noon + 60);
  }

  Verdict ask(const std::string& url, UnixSeconds now = noon) {
    const SignedRequest request = read_signed_url(url);
    return verify(request.resource, request.presented, keys_, {now, {}}, memo_);
  }

  SigningKey key_ = make_key("K1");
  TrustedKeys keys_{{"K1", key_.key.public_key()}};
  VerifiedSignatures memo_{1 << 20};
};

TEST_F(VerifiedSignaturesTest, TheSameOneIsCheckedOnce) {
  const std::string url = sign("https://media.test/a.jpg");
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(ask(url).has_value());
  EXPECT_EQ(memo_.checks(), 1U);
  EXPECT_EQ(memo_.hits(), 2U);
  memo_.clear();
  EXPECT_TRUE(ask(url).has_value());
  EXPECT_EQ(memo_.checks(), 2U);
}

TEST_F(VerifiedSignaturesTest, TimesAreCheckedEachTime) {
  const std::string url = sign("https://media.test/a.jpg");
  EXPECT_TRUE(ask(url).has_value());
  EXPECT_EQ(ask(url, noon + 60).error().reason, DenialReason::expired);
  EXPECT_EQ(memo_.hits(), 1U);
}

TEST_F(VerifiedSignaturesTest, EveryOtherByteIsAnotherSignature) {
  const std::string url = sign("https://media.test/a.jpg");
  EXPECT_TRUE(ask(url).has_value());
  const std::size_t signature = url.find("Signature=") + 10;
  for (std::size_t i = 0; i < url.size(); ++i) {
    // The last bits before the padding may be no part of the signature.
    if (i >= signature && url[i] == '_') break;
    std::string other = url;
    other[i] = other[i] == 'a' ? 'b' : 'a';
    if (i > signature + 90) continue;
    EXPECT_FALSE(ask(other).has_value()) << other;
  }
  EXPECT_EQ(memo_.hits(), 0U);
}

TEST_F(VerifiedSignaturesTest, AnotherKeyUnderTheSameIdKnowsNothingOfIt) {
  const std::string url = sign("https://media.test/a.jpg");
  EXPECT_TRUE(ask(url).has_value());
  keys_ = {{"K1", make_key("K1").key.public_key()}};
  EXPECT_EQ(ask(url).error().reason, DenialReason::bad_signature);
}

TEST_F(VerifiedSignaturesTest, WhatDidNotHoldIsNotRemembered) {
  std::string url = sign("https://media.test/a.jpg");
  url.replace(url.find("a.jpg"), 5, "b.jpg");
  EXPECT_FALSE(ask(url).has_value());
  EXPECT_EQ(memo_.bytes(), 0U);
}

TEST_F(VerifiedSignaturesTest, ItStaysWithinItsBoundAndKeepsWhatIsUsed) {
  VerifiedSignatures small(4096);
  const std::string used = *url_base64_decode(*sign_policy(key_, "used"));
  const auto bytes = [](const std::string& text) {
    return std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size());
  };
  const PublicKey key = key_.key.public_key();
  std::uint64_t checks = 0;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(small.verify(key, HashAlgorithm::sha256, "used", bytes(used)));
    const std::string text = "other " + std::to_string(i);
    const std::string signature = *url_base64_decode(*sign_policy(key_, text));
    EXPECT_TRUE(small.verify(key, HashAlgorithm::sha256, text, bytes(signature)));
    EXPECT_LE(small.bytes(), 4096U);
    checks = small.checks();
  }
  EXPECT_EQ(checks, 101U);
  VerifiedSignatures none(0);
  EXPECT_TRUE(none.verify(key, HashAlgorithm::sha256, "used", bytes(used)));
  EXPECT_EQ(none.bytes(), 0U);
}

}  // namespace
}  // namespace signgate::signing
