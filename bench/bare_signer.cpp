// SPDX-License-Identifier: Apache-2.0
#include "bench/bare_signer.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

namespace signgate::bench {

BareSigner::BareSigner(const signing::SigningKey& key)
    : digest_length_(key.hash == signing::HashAlgorithm::sha1 ? 20 : 32) {
  const std::string pem = key.key.pem();
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  key_ = bio == nullptr ? nullptr : PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  if (key_ == nullptr) return;
  const EVP_MD* md = key.hash == signing::HashAlgorithm::sha1 ? EVP_sha1() : EVP_sha256();
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key_, nullptr);
  if (context != nullptr && EVP_PKEY_sign_init(context) == 1 &&
      EVP_PKEY_CTX_set_signature_md(context, md) == 1) {
    context_ = context;
  } else {
    EVP_PKEY_CTX_free(context);
  }
}

BareSigner::~BareSigner() {
  EVP_PKEY_CTX_free(context_);
  EVP_PKEY_free(key_);
}

bool BareSigner::sign() noexcept {
  std::size_t length = signature_.size();
  return EVP_PKEY_sign(context_, signature_.data(), &length, digest_.data(), digest_length_) == 1;
}

}  // namespace signgate::bench
