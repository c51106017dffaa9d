// SPDX-License-Identifier: Apache-2.0
#include "signing/rsa_signer.hpp"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <vector>

#include "signing/openssl.hpp"

namespace signgate::signing {
namespace {

using Number = std::unique_ptr<BIGNUM, openssl::Free<BN_free>>;

openssl::SharedKey made_of(std::vector<std::pair<const char*, BIGNUM*>> numbers) {
  const std::unique_ptr<OSSL_PARAM_BLD, openssl::Free<OSSL_PARAM_BLD_free>> builder(
      OSSL_PARAM_BLD_new());
  for (const auto& [name, number] : numbers)
    EXPECT_EQ(OSSL_PARAM_BLD_push_BN(builder.get(), name, number), 1);
  const std::unique_ptr<OSSL_PARAM, openssl::Free<OSSL_PARAM_free>> parameters(
      OSSL_PARAM_BLD_to_param(builder.get()));
  const openssl::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  EXPECT_EQ(EVP_PKEY_fromdata_init(context.get()), 1);
  EXPECT_EQ(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()), 1);
  return openssl::adopt(key);
}

Number number_of(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EXPECT_EQ(EVP_PKEY_get_bn_param(key, name, &number), 1);
  return Number(number);
}

class RsaSignerTest : public testing::Test {
 protected:
  // A pair whose private exponent is off by a flipped bit, as a fault of the memory leaves it:
  // without primes OpenSSL has no second way to the result, and does not look at it.
  [[nodiscard]] openssl::SharedKey with_a_fault() const {
    const Number n = number_of(pair.get(), OSSL_PKEY_PARAM_RSA_N);
    const Number e = number_of(pair.get(), OSSL_PKEY_PARAM_RSA_E);
    const Number d = number_of(pair.get(), OSSL_PKEY_PARAM_RSA_D);
    EXPECT_EQ(BN_is_bit_set(d.get(), 7) ? BN_clear_bit(d.get(), 7) : BN_set_bit(d.get(), 7), 1);
    return made_of({{OSSL_PKEY_PARAM_RSA_N, n.get()},
                    {OSSL_PKEY_PARAM_RSA_E, e.get()},
                    {OSSL_PKEY_PARAM_RSA_D, d.get()}});
  }

  bool sign(EVP_PKEY* key, bool checks) {
    const RsaSigner signer(key, HashAlgorithm::sha256, checks);
    EXPECT_TRUE(signer.ready());
    out.fill(0);
    return signer.sign(digest, out, length);
  }

  [[nodiscard]] bool verifies() const {
    const openssl::KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, pair.get(), nullptr));
    EXPECT_EQ(EVP_PKEY_verify_init(context.get()), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()), 1);
    return EVP_PKEY_verify(context.get(), out.data(), length, digest.data(), digest.size()) == 1;
  }

  openssl::SharedKey pair = openssl::adopt(EVP_RSA_gen(2048));
  std::array<unsigned char, 32> digest{1, 2, 3};
  std::array<unsigned char, 256> out{};
  std::size_t length = 0;
};

TEST_F(RsaSignerTest, SignsTheSameWithAndWithoutTheCheck) {
  ASSERT_TRUE(sign(pair.get(), false));
  EXPECT_TRUE(verifies());
  const auto unchecked = out;
  ASSERT_TRUE(sign(pair.get(), true));
  EXPECT_EQ(out, unchecked);
  EXPECT_EQ(length, 256U);
}

TEST_F(RsaSignerTest, ReleasesNothingOfAFaultyResult) {
  const openssl::SharedKey faulty = with_a_fault();
  ASSERT_NE(faulty, nullptr);
  // That the fault is one, and that only the check stands before it.
  ASSERT_TRUE(sign(faulty.get(), false));
  ASSERT_FALSE(verifies());
  ASSERT_FALSE(std::ranges::all_of(out, [](unsigned char byte) { return byte == 0; }));

  EXPECT_FALSE(sign(faulty.get(), true));
  EXPECT_EQ(length, 0U);
  EXPECT_TRUE(std::ranges::all_of(out, [](unsigned char byte) { return byte == 0; }));
}

}  // namespace
}  // namespace signgate::signing
