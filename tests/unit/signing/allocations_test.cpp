// SPDX-License-Identifier: Apache-2.0
#include "unit/signing/allocations.hpp"

#include <gtest/gtest.h>

#include "signing/url_signer.hpp"

namespace signgate::signing {
namespace {

TEST(UrlSignerMemory, WhatIsAtHandIsSignedWithoutAllocating) {
  const std::string target = "https://d111111abcdef8.cloudfront.net/private/";
  SignatureMemo memo(1 << 20);
  UrlSigner signer(memo);
  for (const PolicyForm form : {PolicyForm::canned, PolicyForm::custom, PolicyForm::prefix}) {
    LinkRule rule;
    rule.name = "photos";
    rule.policy = form;
    rule.target_length = target.size();
    rule.keys = {
        {std::make_shared<const SigningKey>(
             make_signing_key("K1", PrivateKey::generate(KeyType::ecdsa_p256).value()).value()),
         {},
         {}}};
    const std::string url = target + "albums/7/a.jpg?w=1";
    std::string out;
    out.reserve(2048);
    ASSERT_EQ(signer.sign(rule, url, "", 1893456000, out), UrlSigner::Outcome::pending);
    PendingSignature pending = signer.take_pending();
    ASSERT_TRUE(UrlSigner::make(pending));
    // The first hit may still make room in what is kept for the next one.
    ASSERT_EQ(signer.sign(rule, url, "", 1893456000, out), UrlSigner::Outcome::done);
    out.clear();
    const std::size_t before = allocations();
    const auto outcome = signer.sign(rule, url, "", 1893456000, out);
    const std::size_t after = allocations();
    EXPECT_EQ(outcome, UrlSigner::Outcome::done);
    EXPECT_EQ(after, before) << static_cast<int>(form);
  }
  EXPECT_GT(allocations(), 0U);
}

}  // namespace
}  // namespace signgate::signing
