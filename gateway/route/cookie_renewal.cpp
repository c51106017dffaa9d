// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/cookie_renewal.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/http/cookies.hpp"
#include "gateway/route/tag_hash.hpp"
#include "policy/cloudfront_statement.hpp"
#include "signing/cookie_header.hpp"
#include "signing/url_base64.hpp"

namespace signgate::route {
namespace {

constexpr std::size_t most_sets = 4;

bool may_sign(const MediaSigner::Entry& entry, UnixSeconds now) {
  return (!entry.not_before || now >= *entry.not_before) &&
         (!entry.not_after || now < *entry.not_after);
}

bool lasts(const CookieTerms& terms, UnixSeconds expires) {
  return expires - terms.now > terms.signer.expiry.ttl / 2;
}

bool names_hash(std::string_view value, signing::HashAlgorithm hash) {
  if (value.empty()) return hash == signing::HashAlgorithm::sha1;
  return value == signing::hash_name(hash);
}

}  // namespace

UnixSeconds cookie_expiry(const CookieTerms& terms) noexcept {
  return signing::expiry_at(terms.signer.expiry, terms.signer.name, terms.signer.cookies->resource,
                            terms.now);
}

std::string cookie_policy(const CookieTerms& terms, UnixSeconds expires) {
  policy::CloudFrontStatement statement;
  statement.resource = terms.signer.cookies->resource;
  statement.date_less_than = expires;
  statement.ip_address = terms.viewer;
  return policy::custom_policy(statement);
}

std::vector<BorneCookies> borne_cookies(const http::Fields& fields) {
  std::vector<BorneCookies> sets;
  const auto take = [&sets](std::string_view BorneCookies::*member, std::string_view value) {
    for (BorneCookies& set : sets) {
      if (!(set.*member).empty()) continue;
      set.*member = value;
      return;
    }
    if (sets.size() < most_sets) sets.emplace_back().*member = value;
  };
  http::for_each_cookie(fields, [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (name == signing::policy_cookie) take(&BorneCookies::policy, value);
    if (name == signing::signature_cookie) take(&BorneCookies::signature, value);
    if (name == signing::key_pair_id_cookie) take(&BorneCookies::key_pair_id, value);
    if (name == signing::hash_algorithm_cookie) take(&BorneCookies::hash_algorithm, value);
  });
  return sets;
}

std::optional<LastingCookies> lasting_cookies(const CookieTerms& terms, const BorneCookies& borne) {
  const auto& keys = terms.signer.keys;
  const auto entry = std::ranges::find_if(keys, [&](const MediaSigner::Entry& each) {
    return each.key->key_pair_id == borne.key_pair_id && may_sign(each, terms.now);
  });
  if (entry == keys.end() || borne.signature.empty()) return std::nullopt;
  if (!names_hash(borne.hash_algorithm, entry->key->hash)) return std::nullopt;
  auto text = signing::url_base64_decode(borne.policy);
  if (!text) return std::nullopt;
  const auto statement = policy::parse_custom_policy(*text);
  if (!statement || !lasts(terms, statement->date_less_than)) return std::nullopt;
  if (*text != cookie_policy(terms, statement->date_less_than)) return std::nullopt;
  return LastingCookies{entry->key.get(), std::move(*text), borne.signature};
}

std::string marker_value(const CookieTerms& terms, const signing::SigningKey& key,
                         std::string_view domain, UnixSeconds expires) {
  TagHash tag;
  tag.mix(cookie_policy(terms, expires));
  tag.mix(key.key_pair_id);
  tag.mix(signing::fingerprint_hex(key.key.fingerprint()));
  tag.mix(signing::hash_name(key.hash));
  tag.mix(domain);
  tag.mix(terms.signer.cookies->path);
  return std::to_string(expires) + '.' + tag.text();
}

bool is_lasting_marker(const CookieTerms& terms, std::string_view domain, std::string_view value) {
  UnixSeconds expires = 0;
  const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), expires);
  if (code != std::errc{} || expires < 0 || expires > policy::max_cloudfront_time ||
      !lasts(terms, expires)) {
    return false;
  }
  return std::ranges::any_of(terms.signer.keys, [&](const MediaSigner::Entry& entry) {
    return may_sign(entry, terms.now) && value == marker_value(terms, *entry.key, domain, expires);
  });
}

}  // namespace signgate::route
