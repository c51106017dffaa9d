// SPDX-License-Identifier: Apache-2.0
#include "signing/sigv4.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <span>

#include "signing/key_memory.hpp"
#include "signing/openssl.hpp"

namespace signgate::signing {
namespace {

using Mac = std::array<unsigned char, 32>;

bool hmac(std::span<const unsigned char> key, std::string_view text, Mac& out) {
  unsigned int size = 0;
  return HMAC(openssl::digest_of(HashAlgorithm::sha256), key.data(), static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(),
              &size) != nullptr &&
         size == out.size();
}

std::string hex(const Mac& bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

Error refused() {
  openssl::forget_errors();
  return {ErrorCode::signing_failed, "OpenSSL refuses HMAC or SHA-256"};
}

}  // namespace

Result<SigV4Key> SigV4Key::derive(std::string_view secret_access_key, SigV4Scope scope) {
  SigV4Key key(std::move(scope));
  std::string first = "AWS4" + std::string(secret_access_key);
  const WipedString wiped(first);
  const std::span<const unsigned char> secret(reinterpret_cast<const unsigned char*>(first.data()),
                                              first.size());
  Mac next{};
  const bool done = hmac(secret, key.scope_.day, next) && hmac(next, key.scope_.region, key.key_) &&
                    hmac(key.key_, key.scope_.service, next) &&
                    hmac(next, "aws4_request", key.key_);
  OPENSSL_cleanse(next.data(), next.size());
  if (!done) return refused();
  return key;
}

SigV4Key::~SigV4Key() {
  OPENSSL_cleanse(key_.data(), key_.size());
}

Result<std::string> SigV4Key::sign(const SigV4Request& request, std::string_view timestamp) const {
  const auto text = sigv4_string_to_sign(timestamp, scope_, sigv4_canonical_request(request));
  if (!text) return text.error();
  Mac mac{};
  if (!hmac(key_, *text, mac)) return refused();
  return Result<std::string>(hex(mac));
}

Result<std::string> sigv4_string_to_sign(std::string_view timestamp, const SigV4Scope& scope,
                                         std::string_view canonical_request) {
  Mac digest{};
  unsigned int size = 0;
  if (EVP_Digest(canonical_request.data(), canonical_request.size(), digest.data(), &size,
                 openssl::digest_of(HashAlgorithm::sha256), nullptr) != 1) {
    return refused();
  }
  std::string out(sigv4_algorithm);
  out.append("\n").append(timestamp).append("\n").append(scope.text());
  return Result<std::string>(out.append("\n").append(hex(digest)));
}

Result<std::string> sigv4_authorization(const SigV4Key& key, std::string_view access_key_id,
                                        const SigV4Request& request, std::string_view timestamp) {
  const auto signature = key.sign(request, timestamp);
  if (!signature) return signature.error();
  std::string out(sigv4_algorithm);
  out.append(" Credential=").append(access_key_id).append("/").append(key.scope().text());
  out.append(",SignedHeaders=").append(sigv4_signed_headers(request.fields));
  return Result<std::string>(out.append(",Signature=").append(*signature));
}

}  // namespace signgate::signing
