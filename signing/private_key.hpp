// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "signing/algorithm.hpp"
#include "signing/error.hpp"
#include "signing/public_key.hpp"

namespace signgate::signing {

/// max_signature is the most bytes a signature takes: 256 for RSA-2048, at most 72 for P-256.
inline constexpr std::size_t max_signature = 256;

/// PrivateKey is the half of a key pair that signs: RSA-2048 or P-256, the ones that CloudFront's
/// key groups take. It shares ownership of the OpenSSL key, so copies are cheap; all members may
/// be used from any thread at once. The key material is wiped when the last copy goes, copies of
/// public_key() included.
class PrivateKey {
 public:
  /// parse reads PEM or DER: PKCS#1 (`RSA PRIVATE KEY`), PKCS#8 (`PRIVATE KEY`), SEC1 (`EC PRIVATE
  /// KEY`, also behind an `EC PARAMETERS` block), with LF or CR LF line ends. The pair is checked
  /// by one signature. An encrypted file, a public key, another type or size, and a broken file
  /// are bad_key; the message says what was found and what is accepted, and holds nothing of the
  /// key.
  [[nodiscard]] static Result<PrivateKey> parse(std::string_view text);

  /// generate makes a new key from the system's randomness. RSA takes some tenths of a second.
  [[nodiscard]] static Result<PrivateKey> generate(KeyType type);

  [[nodiscard]] KeyType type() const noexcept { return public_.type(); }
  [[nodiscard]] const Fingerprint& fingerprint() const noexcept { return public_.fingerprint(); }

  /// public_key is the other half; it shares the same OpenSSL key but gives access to nothing
  /// private.
  [[nodiscard]] const PublicKey& public_key() const noexcept { return public_; }

  /// sign writes the signature over `message` to the front of `out` and returns its length: PKCS#1
  /// v1.5 for RSA, ASN.1 DER for P-256 with the nonce of RFC 6979; the same bytes each time, on
  /// every machine. An RSA signature is checked with the public half first, by OpenSSL or by us
  /// (rsa_fault_check), so that no fault of the hardware gives the key away. signing_failed when
  /// OpenSSL refuses, or that check does. What a signature needs set up is kept for the next one.
  [[nodiscard]] Result<std::size_t> sign(HashAlgorithm hash, std::string_view message,
                                         std::span<unsigned char, max_signature> out) const;

  /// pem is the key in clear as the AWS guide has it made: PKCS#1 for RSA, which every signer
  /// reads, and SEC1 for P-256. WARNING: a secret; write it to files of mode 0600 alone.
  [[nodiscard]] std::string pem() const;

 private:
  struct Sessions;
  PrivateKey(PublicKey half, std::shared_ptr<Sessions> sessions) noexcept
      : public_(std::move(half)), sessions_(std::move(sessions)) {}
  [[nodiscard]] static Result<PrivateKey> adopt(std::shared_ptr<evp_pkey_st> key);

  PublicKey public_;  // its OpenSSL key holds both halves
  std::shared_ptr<Sessions> sessions_;
};

}  // namespace signgate::signing
