// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace signgate::signing {

/// KeyType names the two kinds of key that CloudFront's key groups take.
/// Source: CloudFront API Reference, PublicKey (RSA 2048 or ECDSA 256).
enum class KeyType : std::uint8_t { rsa2048, ecdsa_p256 };

/// HashAlgorithm is the digest under a signature. A signed URL without `Hash-Algorithm` means
/// SHA-1.
enum class HashAlgorithm : std::uint8_t { sha1, sha256 };

/// default_hash is SHA-1 for RSA and SHA-256 for P-256, as the AWS CLI chooses.
[[nodiscard]] constexpr HashAlgorithm default_hash(KeyType type) noexcept {
  return type == KeyType::rsa2048 ? HashAlgorithm::sha1 : HashAlgorithm::sha256;
}

/// least_signature is how many bytes a signature of such a key has at least: RSA-2048 always fills
/// its modulus (RFC 8017, section 8.2.1); the shortest DER of P-256's two numbers, a sequence of
/// two integers of one byte each, has 8 (SEC 1, appendix C.5).
[[nodiscard]] constexpr std::size_t least_signature(KeyType type) noexcept {
  return type == KeyType::rsa2048 ? 256 : 8;
}

/// hash_name is the value of the parameter `Hash-Algorithm`: "SHA1" or "SHA256".
[[nodiscard]] constexpr std::string_view hash_name(HashAlgorithm hash) noexcept {
  return hash == HashAlgorithm::sha1 ? "SHA1" : "SHA256";
}

/// parse_hash_name is its inverse, exact in case as CloudFront has it; nothing for any other text.
[[nodiscard]] constexpr std::optional<HashAlgorithm> parse_hash_name(
    std::string_view name) noexcept {
  if (name == "SHA1") return HashAlgorithm::sha1;
  if (name == "SHA256") return HashAlgorithm::sha256;
  return std::nullopt;
}

/// key_type_name is how messages and options name it: "rsa2048", "ecdsa-p256".
[[nodiscard]] constexpr std::string_view key_type_name(KeyType type) noexcept {
  return type == KeyType::rsa2048 ? "rsa2048" : "ecdsa-p256";
}

/// parse_key_type_name is its inverse; nothing for any other text.
[[nodiscard]] constexpr std::optional<KeyType> parse_key_type_name(std::string_view name) noexcept {
  if (name == "rsa2048") return KeyType::rsa2048;
  if (name == "ecdsa-p256") return KeyType::ecdsa_p256;
  return std::nullopt;
}

}  // namespace signgate::signing
