// SPDX-License-Identifier: Apache-2.0
#include "signing/rsa_fault_check.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <array>

#include "signing/openssl.hpp"

namespace signgate::signing {
namespace {

using Number = std::unique_ptr<BIGNUM, openssl::Free<BN_clear_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, openssl::Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, openssl::Free<OSSL_PARAM_free>>;

constexpr std::array<const char*, 8> numbers = {
    OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,           OSSL_PKEY_PARAM_RSA_D,
    OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,     OSSL_PKEY_PARAM_RSA_EXPONENT1,
    OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
constexpr std::size_t faulty = 5;  // the exponent of the first prime

openssl::SharedKey copy_with_a_fault(EVP_PKEY* key) {
  const Builder builder(OSSL_PARAM_BLD_new());
  const openssl::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  if (!builder || !context) return nullptr;
  std::array<Number, numbers.size()> values;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    BIGNUM* value = BN_secure_new();
    if (value == nullptr || EVP_PKEY_get_bn_param(key, numbers[i], &value) != 1) {
      BN_clear_free(value);
      return nullptr;
    }
    values[i].reset(value);
    if (i == faulty && BN_sub_word(value, 2) != 1) return nullptr;
    if (OSSL_PARAM_BLD_push_BN(builder.get(), numbers[i], value) != 1) return nullptr;
  }
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  EVP_PKEY* made = nullptr;
  if (!parameters || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, parameters.get()) != 1)
    return nullptr;
  return openssl::adopt(made);
}

bool signs_rightly_all_the_same(EVP_PKEY* key) {
  const openssl::SharedKey broken = copy_with_a_fault(key);
  std::array<unsigned char, 32> digest{};
  std::array<unsigned char, 256> signature;
  std::size_t length = signature.size();
  const EVP_MD* md = openssl::digest_of(HashAlgorithm::sha256);
  const auto ready = [&](EVP_PKEY_CTX* context, int (*begin)(EVP_PKEY_CTX*)) {
    return context != nullptr && md != nullptr && begin(context) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(context, md) == 1;
  };
  bool good = false;
  if (broken) {
    const openssl::KeyContext signer(EVP_PKEY_CTX_new_from_pkey(nullptr, broken.get(), nullptr));
    const openssl::KeyContext checker(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    good =
        ready(signer.get(), EVP_PKEY_sign_init) && ready(checker.get(), EVP_PKEY_verify_init) &&
        EVP_PKEY_sign(signer.get(), signature.data(), &length, digest.data(), digest.size()) == 1 &&
        EVP_PKEY_verify(checker.get(), signature.data(), length, digest.data(), digest.size()) == 1;
  }
  // A wrong signature is as good as the key.
  OPENSSL_cleanse(signature.data(), signature.size());
  openssl::forget_errors();
  return good;
}

}  // namespace

bool openssl_checks_rsa(evp_pkey_st* key) {
  static const bool checks = signs_rightly_all_the_same(key);
  return checks;
}

}  // namespace signgate::signing
