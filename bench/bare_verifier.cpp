// SPDX-License-Identifier: Apache-2.0
#include "bench/bare_verifier.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <string>

namespace signgate::bench {

BareVerifier::BareVerifier(const signing::PublicKey& key, signing::HashAlgorithm hash,
                           std::string_view message, std::span<const unsigned char> signature)
    : signature_(signature.begin(), signature.end()) {
  const std::string pem = key.pem();
  BIO* text = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  key_.reset(PEM_read_bio_PUBKEY(text, nullptr, nullptr, nullptr), EVP_PKEY_free);
  BIO_free(text);
  const EVP_MD* md = hash == signing::HashAlgorithm::sha1 ? EVP_sha1() : EVP_sha256();
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key_.get(), nullptr);
  if (context != nullptr && EVP_PKEY_verify_init(context) == 1 &&
      EVP_PKEY_CTX_set_signature_md(context, md) == 1 &&
      EVP_Digest(message.data(), message.size(), digest_.data(), &digest_length_, md, nullptr) ==
          1) {
    context_ = context;
  } else {
    EVP_PKEY_CTX_free(context);
  }
}

BareVerifier::~BareVerifier() {
  EVP_PKEY_CTX_free(context_);
}

bool BareVerifier::verify() noexcept {
  return EVP_PKEY_verify(context_, signature_.data(), signature_.size(), digest_.data(),
                         digest_length_) == 1;
}

}  // namespace signgate::bench
