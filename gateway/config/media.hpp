// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/config/place.hpp"
#include "signing/policy_form.hpp"

/// What is private media, and how its links are signed.
namespace signgate::config {

using namespace std::chrono_literals;

/// HashName is the digest under a signature. Absent in a Key: sha1 for RSA, sha256 for P-256 (as
/// the AWS CLI).
enum class HashName : std::uint8_t { sha1, sha256 };

/// Key is a CloudFront key pair's private half; its table's name is the Key-Pair-Id.
struct Key {
  std::string key_pair_id;
  std::string private_key;  // path, already joined with the configuration's folder
  std::optional<HashName> hash;
  std::optional<UnixSeconds> not_before;  // signs from then on
  std::optional<UnixSeconds> not_after;   // signs until then
  Place place;

  friend bool operator==(const Key&, const Key&) = default;
};

/// PolicyKind is the form of the policy that is signed for a link.
using PolicyKind = signing::PolicyForm;

/// IpBinding says whether a signature holds for the viewer's address alone.
enum class IpBinding : std::uint8_t { off, client };

/// Grant is what permits the signing of a link, beside the route's `sign`: nothing more, a header
/// of the application's answer that lists it, or the answer of a location that is asked about it.
enum class Grant : std::uint8_t { route, header, auth_request };

/// Reflect says what becomes of links that came with the request for the page.
enum class Reflect : std::uint8_t { refuse, sign };

/// CacheReach says who may keep a page with a rule's links when the request for it bore
/// credentials.
enum class CacheReach : std::uint8_t { viewer, shared };

/// MediaCookies says whether answers also set the cookies that open all of a rule's target.
struct MediaCookies {
  bool on = false;     // cookies
  std::string domain;  // cookie_domain; empty = the narrowest that holds site and target
  std::string path;    // cookie_path; empty = the target's folder
  Place place;         // of `cookies`, and of the two others where they are given
  Place domain_place;
  Place path_place;

  friend bool operator==(const MediaCookies&, const MediaCookies&) = default;
};

/// Media is a rule: which links are private media, and how they are signed.
struct Media {
  std::string name;
  std::vector<std::string> links;  // URL prefixes, or paths for the page's own origin
  std::string target;              // takes the place of that prefix; always a link prefix itself
  std::vector<std::string> key;    // Key-Pair-Ids; the newest that may sign does
  PolicyKind policy = PolicyKind::canned;
  std::uint32_t scope = 0;      // prefix: path segments below `target` that stay before the `*`
  Milliseconds ttl = 1h;        // a link works for at least this long
  Milliseconds window = 15min;  // the expiry is rounded up to this grid; 0 = every second its own
  IpBinding ip = IpBinding::off;
  Grant grant = Grant::route;
  std::string grant_header = "X-Sign-Allow";  // header: which one; clients never see it
  CacheReach cache = CacheReach::viewer;
  std::string grant_request = {};  // auth_request: the URI of this server that is asked
  /// auth_request: path segments below `target` that name what is asked for; none = the link's
  /// folder.
  std::optional<std::uint32_t> grant_scope = {};
  Milliseconds grant_valid = 10s;       // auth_request: how long an answer holds; 0 = for one page
  std::optional<Reflect> reflect = {};  // none = refuse with Grant::route, otherwise sign
  std::vector<std::string> user_content_links;  // what user content may have, each below `links`
  MediaCookies cookies;
  Place place;

  friend bool operator==(const Media&, const Media&) = default;
};

/// below_prefix is what follows the longest of the rule's prefixes, its target among them, that
/// `link` begins with as it is written; nothing if there is none.
[[nodiscard]] inline std::optional<std::string_view> below_prefix(const Media& media,
                                                                  std::string_view link) {
  const std::string* longest = link.starts_with(media.target) ? &media.target : nullptr;
  for (const std::string& prefix : media.links) {
    if (link.starts_with(prefix) && (longest == nullptr || prefix.size() > longest->size()))
      longest = &prefix;
  }
  if (longest == nullptr) return std::nullopt;
  return link.substr(longest->size());
}

}  // namespace signgate::config
