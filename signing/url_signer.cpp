// SPDX-License-Identifier: Apache-2.0
#include "signing/url_signer.hpp"

#include <algorithm>

#include "policy/cloudfront_statement.hpp"
#include "signing/prefix_resource.hpp"
#include "signing/url_base64.hpp"

namespace signgate::signing {
namespace {

// More than a batch of links asks for at once; what is over is signed when it is wanted.
constexpr std::size_t most_ahead = 64;

constexpr std::int64_t kept_for_at_least = 3;  // seconds

// A link that has been asked for as often is in use.
constexpr std::uint8_t hits_of_a_hot_link = 2;
constexpr std::uint8_t hits_of_a_hot_prefix = 1;  // it is looked up once a window and worker

/// append_until_signature appends what stands before the signature's text.
void append_until_signature(std::string& out, std::string_view policy, bool canned,
                            UnixSeconds expires) {
  if (canned) {
    append_expires_parameter(out, expires);
  } else {
    out += "Policy=";
    append_url_base64(out, policy);
  }
  out += "&Signature=";
}

}  // namespace

std::int64_t UrlSigner::ahead_lead(const ExpiryWindow& window) noexcept {
  return std::min<std::int64_t>(window.window / 8, 60);
}

UrlSigner::Outcome UrlSigner::sign(const LinkRule& rule, std::string_view url,
                                   std::string_view viewer, UnixSeconds now, std::string& out) {
  if (rule.policy == PolicyForm::prefix) return sign_below_prefix(rule, url, viewer, now, out);
  Terms terms{.key = rule.key_at(now), .resource = url, .address = {}};
  if (terms.key == nullptr) return Outcome::no_key;
  if (rule.policy == PolicyForm::custom) {
    if (is_pattern(url)) return Outcome::pattern;
    if (rule.per_viewer) {
      const auto address = policy::parse_ipv4_range(viewer);
      if (!address) return Outcome::no_address;
      terms.address = *address;
    }
  }
  return look_up(rule, url, terms, now, out);
}

void UrlSigner::append_policy(std::string& out, PolicyForm form, const Terms& terms,
                              UnixSeconds expires) {
  if (form == PolicyForm::canned) {
    policy::append_canned_policy(out, terms.resource, expires);
    return;
  }
  if (!statement_.resource) statement_.resource.emplace();
  statement_.resource->assign(terms.resource);
  statement_.date_less_than = expires;
  statement_.ip_address = terms.address;
  policy::append_custom_policy(out, statement_);
}

// One URL, one policy: the URL is assembled around the memo's answer, or with what was kept of it.
UrlSigner::Outcome UrlSigner::look_up(const LinkRule& rule, std::string_view url,
                                      const Terms& terms, UnixSeconds now, std::string& out) {
  const bool canned = rule.policy == PolicyForm::canned;
  const SigningKey& key = **terms.key;
  const std::size_t begin = out.size();
  if (!rule.per_viewer) {
    const std::string_view known = links_.find(rule.serial, url, &key, now);
    if (!known.empty()) {
      if (url.size() + known.size() > max_url) return Outcome::too_long;
      out.append(url).append(known);
      return Outcome::done;
    }
  }
  const UnixSeconds expires = expiry_at(rule.expiry, rule.name, terms.resource, now);
  policy_.clear();
  append_policy(policy_, rule.policy, terms, expires);
  out += url;
  out += url.find('?') == std::string_view::npos ? '?' : '&';
  append_until_signature(out, policy_, canned, expires);
  // now + lead reaches past the edge, which is expires - ttl.
  const bool near_edge =
      !rule.per_viewer && now + ahead_lead(rule.expiry) > expires - rule.expiry.ttl;
  Lookup found = memo_->look_up(memo_key(key, policy_), out, near_edge ? hits_of_a_hot_link : 0);
  if (found.state == Lookup::State::hit) {
    append_after_signature(out, key.key_pair_id, key.hash);
    if (found.hot) want_ahead(rule, terms, now);
    // Until a link near its edge is known to be in use, the memo counts how often it is wanted.
    if (!rule.per_viewer && (!near_edge || found.hot))
      keep(rule, url, terms, now, std::string_view(out).substr(begin + url.size()));
    if (out.size() - begin <= max_url) return Outcome::done;
    out.resize(begin);
    return Outcome::too_long;
  }
  out.resize(begin);
  pending_ = {*terms.key, policy_, expires, canned, found.flight, std::nullopt};
  if (found.state == Lookup::State::claimed) pending_.claim.emplace(*memo_, found.flight);
  return Outcome::pending;
}

// Until the memo has to be asked again: when the lead begins, so that the next signature is there
// at the edge, and at the edge.
void UrlSigner::keep(const LinkRule& rule, std::string_view url, const Terms& terms,
                     UnixSeconds now, std::string_view parameters) {
  const UnixSeconds edge = next_edge_at(rule.expiry, rule.name, terms.resource, now);
  const UnixSeconds lead_begins = edge - ahead_lead(rule.expiry);
  // With a window of a second or two it is not worth its keeping.
  if (edge - now < kept_for_at_least) return;
  links_.store({.rule = rule.serial,
                .resource = std::string(url),
                .key = *terms.key,
                .from = now,
                .until = now < lead_begins ? lead_begins : edge,
                .parameters = std::string(parameters)});
}

UrlSigner::Outcome UrlSigner::sign_below_prefix(const LinkRule& rule, std::string_view url,
                                                std::string_view viewer, UnixSeconds now,
                                                std::string& out) {
  const auto taken = prefix_scope(url, rule.target_length, rule.scope);
  Terms terms{.key = rule.key_at(now), .resource = url, .address = {}};
  if (!taken) return Outcome::pattern;
  if (terms.key == nullptr) return Outcome::no_key;
  if (rule.per_viewer) {
    const auto address = policy::parse_ipv4_range(viewer);
    if (!address) return Outcome::no_address;
    terms.address = *address;
  }
  const std::string_view prefix = url.substr(0, taken->length);
  const bool shared = taken->wildcard && !rule.per_viewer;
  std::string_view parameters;
  if (shared) parameters = prefixes_.find(rule.serial, prefix, terms.key->get(), now);
  if (parameters.empty()) {
    if (taken->wildcard) {
      resource_.assign(prefix).append("*");
      terms.resource = resource_;
    }
    if (!shared) return look_up(rule, url, terms, now, out);
    const Outcome outcome = fill_parameters(rule, prefix, terms, now);
    if (outcome != Outcome::done) return outcome;
    parameters = prefixes_.find(rule.serial, prefix, terms.key->get(), now);
  }
  if (url.size() + 1 + parameters.size() > max_url) return Outcome::too_long;
  out += url;
  out += url.find('?', prefix.size()) == std::string_view::npos ? '?' : '&';
  out += parameters;
  return Outcome::done;
}

// Puts the parameters of a wildcard policy into the cache, if the memo has its signature.
UrlSigner::Outcome UrlSigner::fill_parameters(const LinkRule& rule, std::string_view prefix,
                                              const Terms& terms, UnixSeconds now) {
  const SigningKey& key = **terms.key;
  const UnixSeconds expires = expiry_at(rule.expiry, rule.name, terms.resource, now);
  const UnixSeconds edge = next_edge_at(rule.expiry, rule.name, terms.resource, now);
  const UnixSeconds lead_begins = edge - ahead_lead(rule.expiry);
  policy_.clear();
  append_policy(policy_, rule.policy, terms, expires);
  std::string parameters;
  append_until_signature(parameters, policy_, false, expires);
  Lookup found = memo_->look_up(memo_key(key, policy_), parameters,
                                now >= lead_begins ? hits_of_a_hot_prefix : 0);
  if (found.state != Lookup::State::hit) {
    pending_ = {*terms.key, policy_, expires, false, found.flight, std::nullopt};
    if (found.state == Lookup::State::claimed) pending_.claim.emplace(*memo_, found.flight);
    return Outcome::pending;
  }
  append_after_signature(parameters, key.key_pair_id, key.hash);
  if (found.hot) want_ahead(rule, terms, now);
  // Looked up again when the lead begins, so that the next signature is there at the edge.
  prefixes_.store({.rule = rule.serial,
                   .resource = std::string(prefix),
                   .key = *terms.key,
                   .from = now,
                   .until = now < lead_begins ? lead_begins : edge,
                   .parameters = std::move(parameters)});
  return Outcome::done;
}

void UrlSigner::want_ahead(const LinkRule& rule, const Terms& terms, UnixSeconds now) {
  const UnixSeconds edge = next_edge_at(rule.expiry, rule.name, terms.resource, now);
  const auto* key = rule.key_at(edge);
  if (key == nullptr || ahead_.size() >= most_ahead) return;
  AheadSignature next{.key = *key, .policy = {}};
  append_policy(next.policy, rule.policy, terms,
                expiry_at(rule.expiry, rule.name, terms.resource, edge));
  ahead_.push_back(std::move(next));
}

bool UrlSigner::make(PendingSignature& pending) {
  const auto signature = sign_policy(*pending.key, pending.policy);
  pending.claim->land(signature ? std::string_view(*signature) : std::string_view());
  return signature.has_value();
}

bool UrlSigner::finish(const PendingSignature& pending, std::string_view url, std::string& out) {
  const std::string& signature = pending.flight->signature();
  if (signature.empty()) return false;
  const std::size_t begin = out.size();
  out += url;
  out += url.find('?') == std::string_view::npos ? '?' : '&';
  append_until_signature(out, pending.policy, pending.canned, pending.expires);
  out += signature;
  append_after_signature(out, pending.key->key_pair_id, pending.key->hash);
  if (out.size() - begin <= max_url) return true;
  out.resize(begin);
  return false;
}

bool UrlSigner::make_ahead(SignatureMemo& memo, const AheadSignature& ahead) {
  auto flight = memo.claim_ahead(memo_key(*ahead.key, ahead.policy));
  if (!flight) return false;
  Claim claim(memo, std::move(flight));
  const auto signature = sign_policy(*ahead.key, ahead.policy);
  if (signature) claim.land(*signature);
  return signature.has_value();
}

}  // namespace signgate::signing
