// SPDX-License-Identifier: Apache-2.0
#include "signing/signer.hpp"

#include <array>

#include "policy/cloudfront_statement.hpp"
#include "signing/key_pair_id.hpp"
#include "signing/url_base64.hpp"

namespace signgate::signing {

Result<SigningKey> make_signing_key(std::string key_pair_id, PrivateKey key,
                                    std::optional<HashAlgorithm> hash) {
  if (!is_key_pair_id(key_pair_id)) {
    return Error{ErrorCode::bad_key_pair_id,
                 "the key pair id must be 1 to 128 letters and digits, such as K2JCJMDEHXQW5F"};
  }
  const HashAlgorithm chosen = hash.value_or(default_hash(key.type()));
  return SigningKey{std::move(key_pair_id), std::move(key), chosen};
}

Result<std::string> sign_policy(const SigningKey& key, std::string_view policy) {
  std::array<unsigned char, max_signature> signature;
  const auto length = key.key.sign(key.hash, policy, signature);
  if (!length) return length.error();
  return url_base64_encode(std::span(signature).first(*length));
}

Result<std::string> sign_canned(const SigningKey& key, std::string_view resource,
                                UnixSeconds expires) {
  if (expires > policy::max_cloudfront_time) {
    return Error{ErrorCode::bad_time,
                 "the expiry lies past the year 9999; give seconds, not milliseconds"};
  }
  return sign_policy(key, policy::canned_policy(resource, expires));
}

}  // namespace signgate::signing
