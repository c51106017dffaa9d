// SPDX-License-Identifier: Apache-2.0
#include "signing/openssl.hpp"

#include <openssl/err.h>

namespace signgate::signing::openssl {

SharedKey adopt(EVP_PKEY* key) {
  if (key == nullptr) return nullptr;
  return SharedKey(key, EVP_PKEY_free);
}

const EVP_MD* digest_of(HashAlgorithm hash) noexcept {
  // Fetched with the default properties once: a fetch costs more than the digest of a policy.
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return hash == HashAlgorithm::sha1 ? sha1 : sha256;
}

void forget_errors() noexcept {
  ERR_clear_error();
}

std::string contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace signgate::signing::openssl
