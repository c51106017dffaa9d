// SPDX-License-Identifier: Apache-2.0
#include "signing/rsa_signer.hpp"

#include <openssl/crypto.h>
#include <openssl/rsa.h>

#include "signing/openssl.hpp"

namespace signgate::signing {
namespace {

openssl::KeyContext open(EVP_PKEY* key, const EVP_MD* md, int (*begin)(EVP_PKEY_CTX*)) {
  openssl::KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (md == nullptr || !context || begin(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), md) != 1)
    return nullptr;
  return context;
}

}  // namespace

struct RsaSigner::State {
  openssl::KeyContext signer;
  openssl::KeyContext checker;
  bool checks = false;
};

RsaSigner::RsaSigner(evp_pkey_st* key, HashAlgorithm hash, bool checks)
    : state_(std::make_unique<State>()) {
  const EVP_MD* md = openssl::digest_of(hash);
  state_->signer = open(key, md, EVP_PKEY_sign_init);
  state_->checks = checks;
  if (checks) state_->checker = open(key, md, EVP_PKEY_verify_init);
}

RsaSigner::~RsaSigner() = default;
RsaSigner::RsaSigner(RsaSigner&&) noexcept = default;
RsaSigner& RsaSigner::operator=(RsaSigner&&) noexcept = default;

bool RsaSigner::ready() const noexcept {
  return state_->signer && (state_->checker || !state_->checks);
}

bool RsaSigner::sign(std::span<const unsigned char> digest, std::span<unsigned char> out,
                     std::size_t& length) const {
  length = out.size();
  if (EVP_PKEY_sign(state_->signer.get(), out.data(), &length, digest.data(), digest.size()) != 1)
    return false;
  if (!state_->checks ||
      EVP_PKEY_verify(state_->checker.get(), out.data(), length, digest.data(), digest.size()) == 1)
    return true;
  OPENSSL_cleanse(out.data(), out.size());
  length = 0;
  return false;
}

}  // namespace signgate::signing
