// SPDX-License-Identifier: Apache-2.0
#include "bench/bare_signer.hpp"

#include <openssl/evp.h>

#include "signing/key_file.hpp"
#include "signing/key_memory.hpp"

namespace signgate::bench {

BareSigner::BareSigner(const signing::SigningKey& key)
    : digest_length_(key.hash == signing::HashAlgorithm::sha1 ? 20 : 32) {
  if (!signing::has_room_for_key()) return;
  std::string pem = key.key.pem();
  {
    const signing::WipedString wiped(pem);
    const signing::WipingScope wiping;
    auto copy = signing::read_private_key_file(pem);
    if (!copy) return;
    key_ = *std::move(copy);
  }
  signing::settle_key(key_.get());
  const EVP_MD* md = key.hash == signing::HashAlgorithm::sha1 ? EVP_sha1() : EVP_sha256();
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key_.get(), nullptr);
  if (context != nullptr && EVP_PKEY_sign_init(context) == 1 &&
      EVP_PKEY_CTX_set_signature_md(context, md) == 1) {
    context_ = context;
  } else {
    EVP_PKEY_CTX_free(context);
  }
}

BareSigner::~BareSigner() {
  EVP_PKEY_CTX_free(context_);
}

bool BareSigner::sign() noexcept {
  std::size_t length = signature_.size();
  return EVP_PKEY_sign(context_, signature_.data(), &length, digest_.data(), digest_length_) == 1;
}

}  // namespace signgate::bench
