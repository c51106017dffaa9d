// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "signing/signer.hpp"

/// CloudFront's signed cookies as an answer sets them.
/// Source: CloudFront Developer Guide, "Set signed cookies using a custom policy"; RFC 6265,
/// section 4.1.
namespace signgate::signing {

/// The names of the cookies that a policy travels in: a canned one in `Expires`, a custom one in
/// `Policy`, and the others with either.
inline constexpr std::string_view expires_cookie = "CloudFront-Expires";
inline constexpr std::string_view policy_cookie = "CloudFront-Policy";
inline constexpr std::string_view signature_cookie = "CloudFront-Signature";
inline constexpr std::string_view key_pair_id_cookie = "CloudFront-Key-Pair-Id";
inline constexpr std::string_view hash_algorithm_cookie = "CloudFront-Hash-Algorithm";

/// SameSite says with which requests a browser sends a cookie. Source: RFC 6265bis, section
/// 4.1.2.7.
enum class SameSite : std::uint8_t {
  lax,   // those of the same site: same scheme, same registrable domain
  none,  // all; browsers take it with Secure alone
};

/// CookieAttributes are what stands behind a cookie's value. Views: they live as long as the call
/// that takes them, and hold no `;` and no control character.
struct CookieAttributes {
  std::string_view domain = {};  // empty: no Domain, so the cookie is for the answering host alone
  std::string_view path = "/";
  bool secure = false;
  SameSite same_site = SameSite::lax;
};

/// cookie_header is the value of a Set-Cookie field: always HttpOnly, and without Expires and
/// Max-Age, so that it goes when the browser is closed, as the guide advises. Any thread.
[[nodiscard]] std::string cookie_header(std::string_view name, std::string_view value,
                                        const CookieAttributes& attributes);

/// signed_cookie_headers are the values of the three Set-Cookie fields for the custom policy
/// `policy` (its JSON) and its `signature` by `key` (the text of sign_policy); a fourth names the
/// digest when it is SHA-256. Any thread.
[[nodiscard]] std::vector<std::string> signed_cookie_headers(std::string_view policy,
                                                             std::string_view signature,
                                                             const SigningKey& key,
                                                             const CookieAttributes& attributes);

}  // namespace signgate::signing
