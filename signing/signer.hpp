// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "signing/algorithm.hpp"
#include "signing/error.hpp"
#include "signing/private_key.hpp"

namespace signgate::signing {

/// SigningKey is all that a signature needs: the id under which CloudFront knows the public half,
/// the private half, and the digest. A value, cheap to copy, immutable in use.
struct SigningKey {
  std::string key_pair_id;
  PrivateKey key;
  HashAlgorithm hash;
};

/// make_signing_key puts one together: without `hash` the key type's default. bad_key_pair_id
/// unless is_key_pair_id holds of the id (it stands in URLs as it is). Any thread.
[[nodiscard]] Result<SigningKey> make_signing_key(std::string key_pair_id, PrivateKey key,
                                                  std::optional<HashAlgorithm> hash = std::nullopt);

/// sign_policy is the text of the parameter `Signature` (or of the cookie CloudFront-Signature)
/// for the policy text `policy`, canned or custom, over its very bytes. Any thread. Source:
/// CloudFront Developer Guide, "Create a signature for a signed URL".
[[nodiscard]] Result<std::string> sign_policy(const SigningKey& key, std::string_view policy);

/// sign_canned is sign_policy over the canned policy of `resource` (as prepare_url gives it: no
/// fragment, none of CloudFront's parameters) that expires at `expires`. bad_time beyond
/// policy::max_cloudfront_time. Any thread.
[[nodiscard]] Result<std::string> sign_canned(const SigningKey& key, std::string_view resource,
                                              UnixSeconds expires);

}  // namespace signgate::signing
