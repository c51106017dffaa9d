// SPDX-License-Identifier: Apache-2.0
#include "signing/public_key.hpp"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <mutex>
#include <vector>

#include "signing/key_file.hpp"
#include "signing/openssl.hpp"

namespace signgate::signing {
namespace {

// A context that checks signatures over that hash; null where OpenSSL refuses it.
openssl::KeyContext verifying_context(EVP_PKEY* key, KeyType type, HashAlgorithm hash) {
  const EVP_MD* md = openssl::digest_of(hash);
  openssl::KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  const bool ready = md != nullptr && context && EVP_PKEY_verify_init(context.get()) == 1 &&
                     (type != KeyType::rsa2048 ||
                      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1) &&
                     EVP_PKEY_CTX_set_signature_md(context.get(), md) == 1;
  if (!ready) context.reset();
  return context;
}

}  // namespace

/// Contexts keeps the idle ones: setting one up takes a quarter of an RSA check. A private key has
/// none: what is set up while it is read has to be gone, and wiped, when it was read.
struct PublicKey::Contexts {
  std::mutex mutex;
  std::array<std::vector<openssl::KeyContext>, 2> idle;  // by HashAlgorithm

  openssl::KeyContext take(EVP_PKEY* key, KeyType type, HashAlgorithm hash) {
    {
      const std::lock_guard lock(mutex);
      auto& contexts = idle[static_cast<std::size_t>(hash)];
      if (!contexts.empty()) {
        openssl::KeyContext context = std::move(contexts.back());
        contexts.pop_back();
        return context;
      }
    }
    return verifying_context(key, type, hash);
  }

  void give_back(openssl::KeyContext context, HashAlgorithm hash) {
    const std::lock_guard lock(mutex);
    idle[static_cast<std::size_t>(hash)].push_back(std::move(context));
  }
};

std::string fingerprint_hex(const Fingerprint& fingerprint) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(fingerprint.size() * 2);
  for (const unsigned char byte : fingerprint) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

Result<PublicKey> PublicKey::adopt(std::shared_ptr<evp_pkey_st> key,
                                   std::shared_ptr<Contexts> contexts) {
  const auto type = accepted_key_type(key.get());
  if (!type) return type.error();
  if (*type == KeyType::ecdsa_p256) {
    // A file may hold the point compressed; one key has one fingerprint all the same.
    EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                   OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED);
  }
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  Fingerprint fingerprint{};
  const bool hashed =
      size > 0 && EVP_Digest(der, static_cast<std::size_t>(size), fingerprint.data(), nullptr,
                             EVP_sha256(), nullptr) == 1;
  OPENSSL_free(der);
  openssl::forget_errors();
  if (!hashed) return Error{ErrorCode::bad_key, "the key's public half cannot be encoded"};
  return PublicKey(std::move(key), std::move(contexts), *type, fingerprint);
}

Result<PublicKey> PublicKey::parse(std::string_view text) {
  auto key = read_public_key_file(text);
  if (!key) return key.error();
  return adopt(*std::move(key), std::make_shared<Contexts>());
}

bool PublicKey::can_verify(HashAlgorithm hash) const {
  const bool able = verifying_context(key_.get(), type_, hash) != nullptr;
  openssl::forget_errors();
  return able;
}

bool PublicKey::verify(HashAlgorithm hash, std::string_view message,
                       std::span<const unsigned char> signature) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  openssl::KeyContext context = contexts_ ? contexts_->take(key_.get(), type_, hash)
                                          : verifying_context(key_.get(), type_, hash);
  const bool good = context &&
                    EVP_Digest(message.data(), message.size(), digest.data(), &length,
                               openssl::digest_of(hash), nullptr) == 1 &&
                    EVP_PKEY_verify(context.get(), signature.data(), signature.size(),
                                    digest.data(), length) == 1;
  openssl::forget_errors();
  if (contexts_ && context) contexts_->give_back(std::move(context), hash);
  return good;
}

std::string PublicKey::pem() const {
  const openssl::Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), key_.get()) != 1) return {};
  return openssl::contents(bio.get());
}

}  // namespace signgate::signing
