// SPDX-License-Identifier: Apache-2.0
#include "signing/key_file.hpp"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <climits>
#include <functional>
#include <optional>

#include "signing/key_memory.hpp"

namespace signgate::signing {
namespace {

constexpr std::string_view accepted_private =
    "accepted are unencrypted RSA-2048 and ECDSA P-256 private keys in PEM or DER (PKCS#1, PKCS#8 "
    "or "
    "SEC1)";
constexpr std::string_view accepted_public =
    "accepted are RSA-2048 and ECDSA P-256 public keys in PEM or DER (PUBLIC KEY or RSA PUBLIC "
    "KEY)";

Error bad_key(std::string_view what, std::string_view accepted) {
  std::string message(what);
  message += "; ";
  message += accepted;
  return {ErrorCode::bad_key, std::move(message)};
}

/// PemBlock is one BEGIN..END block. The body may be a key, so it is wiped.
struct PemBlock {
  std::string_view name;
  std::string_view header;
  const unsigned char* body;
  long size;
};

/// for_each_block hands the blocks of `text` to `visit` until that returns a result; nothing when
/// there are no more.
template <class T>
std::optional<T> for_each_block(std::string_view text,
                                const std::function<std::optional<T>(const PemBlock&)>& visit) {
  const openssl::Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  std::optional<T> found;
  while (bio && !found) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* body = nullptr;
    long size = 0;
    if (PEM_read_bio_ex(bio.get(), &name, &header, &body, &size, PEM_FLAG_SECURE) != 1) break;
    found = visit({name, header, body, size});
    OPENSSL_secure_free(name);
    OPENSSL_secure_free(header);
    OPENSSL_secure_clear_free(body, static_cast<std::size_t>(size));
  }
  openssl::forget_errors();
  return found;
}

/// decode runs one of the d2i functions over all of `data`; null also when bytes are left over.
template <class Decoder>
openssl::SharedKey decode(const unsigned char* data, long size, Decoder decoder) {
  const unsigned char* cursor = data;
  openssl::SharedKey key = openssl::adopt(decoder(&cursor, size));
  openssl::forget_errors();
  if (cursor != data + size) return nullptr;
  return key;
}

openssl::SharedKey decode_private(const unsigned char* data, long size) {
  return decode(data, size, [](const unsigned char** in, long n) {
    return d2i_AutoPrivateKey(nullptr, in, n);
  });
}

openssl::SharedKey decode_private(int type, const unsigned char* data, long size) {
  return decode(data, size, [type](const unsigned char** in, long n) {
    return d2i_PrivateKey(type, nullptr, in, n);
  });
}

openssl::SharedKey decode_public(const unsigned char* data, long size) {
  return decode(data, size,
                [](const unsigned char** in, long n) { return d2i_PUBKEY(nullptr, in, n); });
}

openssl::SharedKey decode_rsa_public(const unsigned char* data, long size) {
  return decode(data, size, [](const unsigned char** in, long n) {
    return d2i_PublicKey(EVP_PKEY_RSA, nullptr, in, n);
  });
}

bool is_encrypted_pkcs8(const unsigned char* data, long size) {
  const unsigned char* cursor = data;
  X509_SIG* sealed = d2i_X509_SIG(nullptr, &cursor, size);
  openssl::forget_errors();
  X509_SIG_free(sealed);
  return sealed != nullptr;
}

using KeyResult = Result<openssl::SharedKey>;

KeyResult whole_or_broken(openssl::SharedKey key, std::string_view block,
                          std::string_view accepted) {
  if (key) return key;
  return bad_key("the block \"" + std::string(block) + "\" is damaged and cannot be decoded",
                 accepted);
}

std::optional<KeyResult> private_from_block(const PemBlock& block) {
  const bool sealed = block.header.find("ENCRYPTED") != std::string_view::npos;
  if (sealed || block.name == "ENCRYPTED PRIVATE KEY") {
    return bad_key(
        "the private key is encrypted; decrypt it first (openssl pkey -in FILE -out NEW)",
        accepted_private);
  }
  if (block.name == "PRIVATE KEY") {
    return whole_or_broken(decode_private(block.body, block.size), block.name, accepted_private);
  }
  if (block.name == "RSA PRIVATE KEY") {
    return whole_or_broken(decode_private(EVP_PKEY_RSA, block.body, block.size), block.name,
                           accepted_private);
  }
  if (block.name == "EC PRIVATE KEY") {
    return whole_or_broken(decode_private(EVP_PKEY_EC, block.body, block.size), block.name,
                           accepted_private);
  }
  if (block.name == "OPENSSH PRIVATE KEY") {
    return bad_key("this is an OpenSSH key file; convert it first (ssh-keygen -p -m PEM -f FILE)",
                   accepted_private);
  }
  if (block.name == "DSA PRIVATE KEY") return bad_key("this is a DSA key", accepted_private);
  return std::nullopt;  // EC PARAMETERS, a certificate: the key may follow
}

std::optional<KeyResult> public_from_block(const PemBlock& block) {
  if (block.name == "PUBLIC KEY") {
    return whole_or_broken(decode_public(block.body, block.size), block.name, accepted_public);
  }
  if (block.name == "RSA PUBLIC KEY") {
    return whole_or_broken(decode_rsa_public(block.body, block.size), block.name, accepted_public);
  }
  return std::nullopt;
}

bool has_block(std::string_view text, std::string_view ending) {
  return for_each_block<bool>(text,
                              [ending](const PemBlock& block) -> std::optional<bool> {
                                return block.name.ends_with(ending) ? std::optional(true)
                                                                    : std::nullopt;
                              })
      .value_or(false);
}

bool is_pem(std::string_view text) {
  return text.find("-----BEGIN ") != std::string_view::npos;
}

}  // namespace

Result<openssl::SharedKey> read_private_key_file(std::string_view text) {
  prepare_key_memory();
  if (text.empty()) return bad_key("the key file is empty", accepted_private);
  if (text.size() > INT_MAX) return bad_key("the key file is too large", accepted_private);
  if (is_pem(text)) {
    auto found = for_each_block<KeyResult>(text, private_from_block);
    if (found) return *std::move(found);
    if (has_block(text, "PUBLIC KEY")) {
      return bad_key("this is a public key; signing needs its private half", accepted_private);
    }
    if (has_block(text, "CERTIFICATE")) return bad_key("this is a certificate", accepted_private);
    return bad_key("the PEM file holds no readable private key; it may be cut off or damaged",
                   accepted_private);
  }
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  const auto size = static_cast<long>(text.size());
  if (auto key = decode_private(data, size)) return key;
  if (decode_public(data, size) || decode_rsa_public(data, size)) {
    return bad_key("this is a public key; signing needs its private half", accepted_private);
  }
  if (is_encrypted_pkcs8(data, size)) {
    return bad_key(
        "the private key is encrypted; decrypt it first (openssl pkey -in FILE -out NEW)",
        accepted_private);
  }
  return bad_key("the file is neither PEM nor DER of a private key", accepted_private);
}

Result<openssl::SharedKey> read_public_key_file(std::string_view text) {
  if (text.empty()) return bad_key("the key file is empty", accepted_public);
  if (text.size() > INT_MAX) return bad_key("the key file is too large", accepted_public);
  constexpr std::string_view is_private =
      "this is a private key; give its public half (openssl pkey -in FILE -pubout)";
  if (is_pem(text)) {
    auto found = for_each_block<KeyResult>(text, public_from_block);
    if (found) return *std::move(found);
    if (has_block(text, "PRIVATE KEY")) return bad_key(is_private, accepted_public);
    if (has_block(text, "CERTIFICATE")) return bad_key("this is a certificate", accepted_public);
    return bad_key("the PEM file holds no readable public key; it may be cut off or damaged",
                   accepted_public);
  }
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  const auto size = static_cast<long>(text.size());
  if (auto key = decode_public(data, size)) return key;
  if (auto key = decode_rsa_public(data, size)) return key;
  if (decode_private(data, size)) return bad_key(is_private, accepted_public);
  return bad_key("the file is neither PEM nor DER of a public key", accepted_public);
}

Result<KeyType> accepted_key_type(const EVP_PKEY* key) {
  constexpr std::string_view accepted =
      "CloudFront's key groups take RSA of 2048 bits and ECDSA on P-256 only";
  const int type = EVP_PKEY_get_base_id(key);
  if (type == EVP_PKEY_RSA) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits == 2048) return KeyType::rsa2048;
    return bad_key("this is an RSA key of " + std::to_string(bits) + " bits", accepted);
  }
  if (type == EVP_PKEY_EC) {
    std::array<char, 64> group{};
    std::size_t length = 0;
    const int known = EVP_PKEY_get_group_name(key, group.data(), group.size(), &length);
    openssl::forget_errors();
    const std::string_view name(group.data(), known == 1 ? length : 0);
    if (name == "prime256v1" || name == "P-256") return KeyType::ecdsa_p256;
    return bad_key(name.empty() ? std::string("this is an EC key on an unnamed curve")
                                : "this is an EC key on the curve " + std::string(name),
                   accepted);
  }
  const char* name = EVP_PKEY_get0_type_name(key);
  return bad_key("this is a key of the type " + std::string(name == nullptr ? "unknown" : name),
                 accepted);
}

}  // namespace signgate::signing
