// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/fields.hpp"
#include "gateway/route/sign_set.hpp"
#include "policy/ipv4_range.hpp"

/// Which cookies of a media rule are set, and when again. Pure; any thread.
namespace signgate::route {

/// CookieTerms are what the cookies of one answer are made for.
struct CookieTerms {
  const MediaSigner& signer;                // with `cookies`
  std::optional<policy::Ipv4Range> viewer;  // with ip = "client"
  UnixSeconds now = 0;
};

/// cookie_expiry is the expiry of cookies that are set now: that of links, over the resource.
[[nodiscard]] UnixSeconds cookie_expiry(const CookieTerms& terms) noexcept;

/// cookie_policy is the custom policy that the rule's cookies with this expiry hold.
[[nodiscard]] std::string cookie_policy(const CookieTerms& terms, UnixSeconds expires);

/// BorneCookies is one set of CloudFront's cookies in a request, as raw values: views into its
/// fields. A cookie that is not there is empty.
struct BorneCookies {
  std::string_view policy;
  std::string_view signature;
  std::string_view key_pair_id;
  std::string_view hash_algorithm;
};

/// borne_cookies gathers the sets in a request: a browser sends cookies of several paths or
/// domains, the longest path first, so the nth of each name make the nth set. At most four.
/// Source: RFC 6265, section 5.4.
[[nodiscard]] std::vector<BorneCookies> borne_cookies(const http::Fields& fields);

/// LastingCookies are borne cookies that need not be renewed if their signature is good.
struct LastingCookies {
  const signing::SigningKey* key;
  std::string policy;          // decoded
  std::string_view signature;  // as borne
};

/// lasting_cookies says whether a set is the rule's own for this viewer, names a key of the rule
/// that still signs, and lives for more than half of ttl. The signature is not looked at.
[[nodiscard]] std::optional<LastingCookies> lasting_cookies(const CookieTerms& terms,
                                                            const BorneCookies& borne);

/// marker_value is the marker cookie that goes with cookies of this key, Domain and expiry:
/// `EXPIRY.TAG`, the tag standing for resource, key, viewer, Domain and Path.
[[nodiscard]] std::string marker_value(const CookieTerms& terms, const signing::SigningKey& key,
                                       std::string_view domain, UnixSeconds expires);

/// is_lasting_marker says whether a marker stands for such cookies that live for more than half of
/// ttl. It is not signed: who forges one goes without cookies.
[[nodiscard]] bool is_lasting_marker(const CookieTerms& terms, std::string_view domain,
                                     std::string_view value);

}  // namespace signgate::route
