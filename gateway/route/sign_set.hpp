// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/config/config.hpp"
#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/page_rules.hpp"
#include "gateway/route/cookie_rule.hpp"
#include "signing/link_rule.hpp"
#include "signing/signer.hpp"

namespace signgate::route {

/// KeyRing holds the loaded keys of a configuration by Key-Pair-Id.
using KeyRing = std::map<std::string, std::shared_ptr<const signing::SigningKey>, std::less<>>;

/// GrantRequest is grant = "auth_request": who is asked about which prefixes.
struct GrantRequest {
  std::string uri;                     // of the server that the page belongs to
  std::optional<std::uint32_t> scope;  // see grant_prefix
  Milliseconds valid{0};               // how long an answer is remembered
};

/// MediaSigner is a media rule as the signing of its links and cookies needs it.
struct MediaSigner : signing::LinkRule {
  std::optional<CookieRule> cookies;  // cookies = "on"
  /// grant = "header": the place in SignSet::grant_headers of the header that has to list a link.
  std::optional<std::size_t> grant_header;
  std::optional<GrantRequest> grant_request = {};
  bool refuses_reflected = false;  // links that came with the request stay unsigned
};

/// SignSet is what a route signs: its media rules and nothing else. The matcher knows the other
/// rules too, as foreign ones: their links are left alone wherever they lie. Immutable, shared by
/// all workers.
struct SignSet {
  rewrite::LinkMatcher matcher;  // rule indexes of matches are those of `signers`
  std::vector<MediaSigner> signers;
  std::string rule_set;  // identifies all that shapes the rewriting: for page tags
  /// page_life is how long a rewritten page may be kept, in seconds: half of the shortest ttl, so
  /// that a page that comes out of a cache in its last second still has links that live as long
  /// again. 0 where links are bound to the viewer's address, which may be another one with his next
  /// request.
  std::uint64_t page_life = 0;
  /// per_viewer says that a rule binds its links to the viewer's address, or signs what is granted
  /// to him alone: no page may be shared, or taken for unchanged.
  bool per_viewer = false;
  /// shared says that all rules allow shared caches to keep pages whose request bore credentials.
  bool shared = false;
  std::vector<std::string> grant_headers = {};  // as configured, each once
  /// rule_names are by the matcher's rule: those of `signers`, then the others.
  std::vector<std::string> rule_names = {};
  std::vector<rewrite::Url> targets = {};  // of `signers`: where its links lead
  bool refuses_reflected = false;          // one of the `signers` does
  rewrite::PageRules page = {};            // where in a page they are looked for
};

/// make_sign_set joins the named rules of a valid configuration with their keys; an error when a
/// prefix cannot be used, with the rule's name. `page` are the route's settings, and `policies`
/// what else shapes its pages.
[[nodiscard]] Result<std::shared_ptr<const SignSet>> make_sign_set(
    const config::Config& config, const std::vector<std::string>& sign, const KeyRing& keys,
    const config::PageLinks& page = {}, const std::string& policies = {});

/// make_redirect_set is the set of the one rule `name` for a route that sends its clients to it
/// (media_redirect): links begin with the rule's target alone, as there is no page on which they
/// were written otherwise.
[[nodiscard]] Result<std::shared_ptr<const SignSet>> make_redirect_set(config::Config config,
                                                                       const std::string& name,
                                                                       const KeyRing& keys);

}  // namespace signgate::route
