// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/sign_set.hpp"

#include <algorithm>
#include <limits>

#include "gateway/base/check.hpp"
#include "gateway/http/text.hpp"
#include "gateway/route/page_rules.hpp"
#include "gateway/route/prefix_scope.hpp"
#include "gateway/route/tag_hash.hpp"

namespace signgate::route {
namespace {

std::int64_t seconds(Milliseconds span) {
  return std::chrono::duration_cast<std::chrono::seconds>(span).count();
}

MediaSigner make_rule(const config::Config& config, const config::Media& media,
                      const KeyRing& keys) {
  MediaSigner signer;
  signer.name = media.name;
  signer.expiry = {.ttl = seconds(media.ttl), .window = seconds(media.window)};
  signer.policy = media.policy;
  signer.per_viewer = media.ip == config::IpBinding::client;
  signer.scope = media.scope;
  signer.cookies = make_cookie_rule(media);
  if (media.grant == config::Grant::auth_request) {
    signer.grant_request = GrantRequest{
        .uri = media.grant_request, .scope = media.grant_scope, .valid = media.grant_valid};
  }
  const bool by_route = media.grant == config::Grant::route;
  signer.refuses_reflected =
      media.reflect.value_or(by_route ? config::Reflect::refuse : config::Reflect::sign) ==
      config::Reflect::refuse;
  for (const std::string& id : media.key) {
    const auto key = std::find_if(config.keys.begin(), config.keys.end(),
                                  [&](const config::Key& each) { return each.key_pair_id == id; });
    const auto loaded = keys.find(id);
    SIGNGATE_CHECK(key != config.keys.end() && loaded != keys.end());
    signer.keys.push_back({loaded->second, key->not_before, key->not_after});
  }
  return signer;
}

// The name's place in the list, to which it is added if it is not there.
std::size_t place_of(const std::string& name, std::vector<std::string>& list) {
  const auto found = std::ranges::find_if(
      list, [&](const std::string& each) { return http::equal_ignoring_case(each, name); });
  const auto place = static_cast<std::size_t>(found - list.begin());
  if (found == list.end()) list.push_back(name);
  return place;
}

}  // namespace

Result<std::shared_ptr<const SignSet>> make_sign_set(const config::Config& config,
                                                     const std::vector<std::string>& sign,
                                                     const KeyRing& keys,
                                                     const config::PageLinks& page,
                                                     const std::string& policies) {
  std::vector<rewrite::MediaRule> rules;
  std::vector<MediaSigner> signers;
  std::vector<const config::Media*> named;
  TagHash hash;
  bool per_viewer = false;
  bool shared = true;
  bool refuses_reflected = false;
  std::vector<std::string> grant_headers;
  std::int64_t shortest = std::numeric_limits<std::int64_t>::max();
  for (const std::string& name : sign) {
    const auto media = std::find_if(config.media.begin(), config.media.end(),
                                    [&](const config::Media& each) { return each.name == name; });
    SIGNGATE_CHECK(media != config.media.end());
    named.push_back(&*media);
    rules.push_back({.name = media->name,
                     .links = media->links,
                     .target = media->target,
                     .wildcard = media->policy != config::PolicyKind::canned,
                     .prefix = media->policy == config::PolicyKind::prefix});
    signers.push_back(make_rule(config, *media, keys));
    const bool bound = media->ip == config::IpBinding::client;
    shortest = std::min(shortest, bound ? 0 : signers.back().expiry.ttl);
    per_viewer = per_viewer || bound || media->grant != config::Grant::route;
    shared = shared && media->cache == config::CacheReach::shared;
    refuses_reflected = refuses_reflected || signers.back().refuses_reflected;
    if (media->grant == config::Grant::header)
      signers.back().grant_header = place_of(media->grant_header, grant_headers);
    hash.mix(media->name);
    for (const std::string& link : media->links)
      hash.mix(link);
    hash.mix(media->target);
    for (const std::string& id : media->key)
      hash.mix(id);
    for (const signing::LinkRule::Entry& entry : signers.back().keys)
      hash.mix(signing::fingerprint_hex(entry.key->key.fingerprint()));
    hash.mix(std::to_string(signers.back().expiry.ttl));
    hash.mix(std::to_string(static_cast<int>(media->policy) * 2 + static_cast<int>(media->ip)));
    hash.mix(std::to_string(media->scope));
    hash.mix(std::to_string(static_cast<int>(media->cache)));
    hash.mix(media->grant == config::Grant::header ? media->grant_header : std::string());
    hash.mix(media->grant_request + (signers.back().refuses_reflected ? "" : " reflects"));
    hash.mix(media->grant_scope ? std::to_string(*media->grant_scope) : std::string());
    if (const auto other = scope_conflict(config, *media))
      return Error{ErrorCode::resource, Side::own, Retry::no, scope_conflict_text(*media, *other)};
  }
  // The others' prefixes are known too, so that none of their links passes for one of ours.
  for (const config::Media& media : config.media) {
    if (std::ranges::find(sign, media.name) != sign.end()) continue;
    rules.push_back(
        {.name = media.name, .links = media.links, .target = media.target, .foreign = true});
    hash.mix(media.name);
    for (const std::string& link : media.links)
      hash.mix(link);
    hash.mix(media.target);
  }
  mix_page_rules(page, named, hash);
  hash.mix(policies);
  auto matcher = rewrite::LinkMatcher::make(rules);
  if (!matcher) {
    const auto& error = matcher.error();
    return Error{
        ErrorCode::resource, Side::own, Retry::no,
        "media \"" + rules[error.rule].name + "\": \"" + error.prefix + "\": " + error.text};
  }
  std::vector<rewrite::Url> targets;
  for (std::size_t rule = 0; rule < signers.size(); ++rule) {
    signers[rule].target_length = matcher->target_length(rule);
    targets.push_back(matcher->target(rule));
  }
  std::vector<std::string> names;
  for (const rewrite::MediaRule& rule : rules)
    names.push_back(rule.name);
  auto set =
      std::make_shared<SignSet>(SignSet{.matcher = std::move(*matcher),
                                        .signers = std::move(signers),
                                        .rule_set = hash.text(),
                                        .page_life = static_cast<std::uint64_t>(shortest) / 2,
                                        .per_viewer = per_viewer,
                                        .shared = shared,
                                        .grant_headers = std::move(grant_headers),
                                        .rule_names = std::move(names),
                                        .targets = std::move(targets),
                                        .refuses_reflected = refuses_reflected,
                                        .page = make_page_rules(page, named)});
  return std::shared_ptr<const SignSet>(std::move(set));
}

Result<std::shared_ptr<const SignSet>> make_redirect_set(config::Config config,
                                                         const std::string& name,
                                                         const KeyRing& keys) {
  const auto media = std::find_if(config.media.begin(), config.media.end(),
                                  [&](const config::Media& each) { return each.name == name; });
  SIGNGATE_CHECK(media != config.media.end());
  media->links.clear();
  return make_sign_set(config, {name}, keys);
}

}  // namespace signgate::route
