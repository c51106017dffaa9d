// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

/// What the TLS sources share of OpenSSL; only they include it.
namespace signgate::net::openssl {

/// Free calls the C function that frees a T.
template <auto Function>
struct Free {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Function(pointer);
  }
};

inline void free_chain(STACK_OF(X509) * chain) noexcept {
  sk_X509_pop_free(chain, X509_free);
}

using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Chain = std::unique_ptr<STACK_OF(X509), Free<free_chain>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

/// take_reason tells the calling thread's oldest error as "reason (detail)" and empties its queue;
/// "" when there is none.
[[nodiscard]] std::string take_reason();

/// forget_errors empties the calling thread's queue. Every operation begins so: what another
/// connection left behind would be taken for this one's.
void forget_errors() noexcept;

/// text_of is what was written to a memory BIO.
[[nodiscard]] std::string text_of(BIO* bio);

/// reader is a BIO over `text`, which must outlive it.
[[nodiscard]] Bio reader(std::string_view text);

}  // namespace signgate::net::openssl
