// SPDX-License-Identifier: Apache-2.0
#include "bench/verify_run.hpp"

#include <gmock/gmock.h>

#include "bench/bare_verifier.hpp"
#include "signing/private_key.hpp"

namespace signgate::bench {
namespace {

using signing::HashAlgorithm;
using signing::KeyType;
using testing::HasSubstr;

TEST(VerifyRun, EveryWayLetsTheUrlThrough) {
  for (const KeyType type : {KeyType::rsa2048, KeyType::ecdsa_p256}) {
    const auto result = run_verify(type, {std::chrono::microseconds(1), 2});
    ASSERT_TRUE(result.has_value()) << result.error().detail;
    EXPECT_EQ(result->type, type);
    EXPECT_EQ(result->hash, signing::default_hash(type));
    for (const Summary& rate : result->per_second)
      EXPECT_GT(rate.median, 0);
  }
}

TEST(BareVerifier, HoldsTheSignatureAgainstTheMessage) {
  const auto key = *signing::PrivateKey::generate(KeyType::ecdsa_p256);
  std::array<unsigned char, signing::max_signature> signature{};
  const auto length = key.sign(HashAlgorithm::sha256, "message", signature);
  ASSERT_TRUE(length.has_value());
  const auto bytes = std::span(signature).first(*length);
  BareVerifier right(key.public_key(), HashAlgorithm::sha256, "message", bytes);
  ASSERT_TRUE(right.ready());
  EXPECT_TRUE(right.verify());
  EXPECT_TRUE(right.verify());
  BareVerifier wrong(key.public_key(), HashAlgorithm::sha256, "another", bytes);
  EXPECT_FALSE(wrong.verify());
}

TEST(VerifyRun, TellsItsFigures) {
  const MachineFacts machine{.cpu = "a CPU",
                             .cores = 1,
                             .openssl = "OpenSSL 3",
                             .compiler = "a compiler",
                             .build = "optimised"};
  VerifyResult result;
  result.per_second = {Summary{50000, 49000, 51000, 0.01}, Summary{40000, 39000, 41000, 0.01},
                       Summary{900000, 890000, 910000, 0.01}};
  result.fresh_cost = {1.25, 1.2, 1.3, 0.01};
  result.remembered_cost = {0.056, 0.05, 0.06, 0.01};
  const std::string text = verify_text({result}, machine);
  EXPECT_THAT(text, HasSubstr("a CPU, OpenSSL 3, a compiler, one thread"));
  EXPECT_THAT(text, HasSubstr("rsa2048     SHA1         50000      40000   1.25      900000  0.056"
                              "\n"));
  const std::string json = verify_json({result}, machine, "1.2", "2030-01-01T00:00:00Z");
  for (const std::string_view part :
       {R"("type": "rsa2048")", R"("remembered": {)", R"("median": 50000)", R"("median": 1.25)"}) {
    EXPECT_THAT(json, HasSubstr(std::string(part)));
  }
}

}  // namespace
}  // namespace signgate::bench
