// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

#include "signing/algorithm.hpp"

/// What the sources of this folder share of OpenSSL; no public header includes it.
namespace signgate::signing::openssl {

/// Free calls the C function that frees a T.
template <auto Function>
struct Free {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Function(pointer);
  }
};

using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;

/// SharedKey owns an EVP_PKEY together with others; it is never changed once it is shared.
using SharedKey = std::shared_ptr<EVP_PKEY>;

/// adopt takes over the caller's reference; null for null.
[[nodiscard]] SharedKey adopt(EVP_PKEY* key);

/// digest_of is the digest of that name, fetched once for the life of the process; null when
/// OpenSSL has none (a policy of the system may forbid SHA-1). Any thread.
[[nodiscard]] const EVP_MD* digest_of(HashAlgorithm hash) noexcept;

/// forget_errors empties the calling thread's error queue: what failed is told by our own errors.
void forget_errors() noexcept;

/// contents is what was written to a memory BIO.
[[nodiscard]] std::string contents(BIO* bio);

}  // namespace signgate::signing::openssl
