// SPDX-License-Identifier: Apache-2.0
#include "signing/cookie_header.hpp"

#include "signing/url_base64.hpp"

namespace signgate::signing {

std::string cookie_header(std::string_view name, std::string_view value,
                          const CookieAttributes& attributes) {
  std::string out;
  out.reserve(name.size() + value.size() + attributes.domain.size() + attributes.path.size() + 64);
  out.append(name).append("=").append(value);
  if (!attributes.domain.empty()) out.append("; Domain=").append(attributes.domain);
  out.append("; Path=").append(attributes.path);
  if (attributes.secure) out += "; Secure";
  out += "; HttpOnly";
  out += attributes.same_site == SameSite::lax ? "; SameSite=Lax" : "; SameSite=None";
  return out;
}

std::vector<std::string> signed_cookie_headers(std::string_view policy, std::string_view signature,
                                               const SigningKey& key,
                                               const CookieAttributes& attributes) {
  const std::string encoded =
      url_base64_encode({reinterpret_cast<const unsigned char*>(policy.data()), policy.size()});
  std::vector<std::string> headers;
  headers.push_back(cookie_header(policy_cookie, encoded, attributes));
  headers.push_back(cookie_header(signature_cookie, signature, attributes));
  headers.push_back(cookie_header(key_pair_id_cookie, key.key_pair_id, attributes));
  if (key.hash == HashAlgorithm::sha256)
    headers.push_back(cookie_header(hash_algorithm_cookie, hash_name(key.hash), attributes));
  return headers;
}

}  // namespace signgate::signing
