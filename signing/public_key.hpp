// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "signing/algorithm.hpp"
#include "signing/error.hpp"

struct evp_pkey_st;

namespace signgate::signing {

/// Fingerprint is the SHA-256 of a key's SubjectPublicKeyInfo (DER): the same for both halves of a
/// pair, and for every file format.
using Fingerprint = std::array<unsigned char, 32>;

/// fingerprint_hex is the fingerprint in 64 lower-case digits, for logs and metrics.
[[nodiscard]] std::string fingerprint_hex(const Fingerprint& fingerprint);

/// PublicKey is the half of a key pair that CloudFront holds: RSA-2048 or P-256. It shares
/// ownership of the OpenSSL key, so copies are cheap; all members may be used from any thread at
/// once.
class PublicKey {
 public:
  /// parse reads PEM (`PUBLIC KEY`, `RSA PUBLIC KEY`; either line end) or DER. A private key,
  /// another type or size, and a broken file are bad_key; the message says what is accepted.
  [[nodiscard]] static Result<PublicKey> parse(std::string_view text);

  [[nodiscard]] KeyType type() const noexcept { return type_; }
  [[nodiscard]] const Fingerprint& fingerprint() const noexcept { return fingerprint_; }

  /// verify says whether `signature` (RSA: PKCS#1 v1.5; P-256: ASN.1 DER) is this key's over
  /// `message`. False also for a signature of the wrong form or length. What a check needs set up
  /// is kept for the next one, but not by a private key's half.
  [[nodiscard]] bool verify(HashAlgorithm hash, std::string_view message,
                            std::span<const unsigned char> signature) const;

  /// can_verify says whether OpenSSL checks signatures over that hash at all: hardened systems
  /// refuse SHA-1, and verify() is false there for all of them.
  [[nodiscard]] bool can_verify(HashAlgorithm hash) const;

  /// pem is the key as a `PUBLIC KEY` block with its final newline: what CloudFront takes.
  [[nodiscard]] std::string pem() const;

 private:
  friend class PrivateKey;
  struct Contexts;
  [[nodiscard]] static Result<PublicKey> adopt(std::shared_ptr<evp_pkey_st> key,
                                               std::shared_ptr<Contexts> contexts);
  PublicKey(std::shared_ptr<evp_pkey_st> key, std::shared_ptr<Contexts> contexts, KeyType type,
            const Fingerprint& fingerprint) noexcept
      : key_(std::move(key)),
        contexts_(std::move(contexts)),
        type_(type),
        fingerprint_(fingerprint) {}

  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<Contexts> contexts_;  // null: none are kept
  KeyType type_;
  Fingerprint fingerprint_;
};

}  // namespace signgate::signing
