// SPDX-License-Identifier: Apache-2.0
#include "bench/sign_work.hpp"

#include <optional>
#include <string_view>
#include <thread>

#include "policy/cloudfront_statement.hpp"
#include "signing/cookie_header.hpp"
#include "signing/signed_url.hpp"
#include "signing/verifier.hpp"

namespace signgate::bench {
namespace {

constexpr signing::UnixSeconds time_of_measurement = 1893456000;
constexpr std::size_t links_below_a_prefix = 100;
constexpr std::string_view target = "https://media.example.com/private/";
constexpr signing::CookieAttributes cookie_attributes{.domain = "example.com",
                                                      .path = "/private/",
                                                      .secure = true,
                                                      .same_site = signing::SameSite::lax};

std::optional<std::string_view> cookie_value(const std::vector<std::string>& cookies,
                                             std::string_view name) {
  for (const std::string_view cookie : cookies) {
    if (cookie.size() <= name.size() || !cookie.starts_with(name) || cookie[name.size()] != '=')
      continue;
    const std::string_view rest = cookie.substr(name.size() + 1);
    return rest.substr(0, rest.find(';'));
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> sign_links(std::size_t count) {
  std::vector<std::string> links;
  links.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    links.push_back(std::string(target) + "albums/" + std::to_string(i / links_below_a_prefix) +
                    "/photo-" + std::to_string(i) + ".jpg");
  }
  return links;
}

SignFixture::SignFixture(const signing::SigningKey& signing_key, SignMode sign_mode,
                         std::size_t link_count, std::size_t memo_bytes)
    : mode(sign_mode),
      key(std::make_shared<const signing::SigningKey>(signing_key)),
      links(sign_links(link_count)),
      memo(memo_bytes) {
  rule.name = "media";
  rule.policy =
      mode == SignMode::prefix ? signing::PolicyForm::prefix : signing::PolicyForm::canned;
  rule.target_length = target.size();
  rule.scope = 2;  // the album's folder
  rule.keys.push_back({key, std::nullopt, std::nullopt});
}

SignWork::SignWork(SignFixture& fixture, unsigned threads, unsigned number)
    : fixture_(fixture),
      threads_(threads),
      index_(number % fixture.links.size()),
      expires_(time_of_measurement + 1),
      urls_(fixture.memo) {}

bool SignWork::step() {
  const std::string& link = fixture_.links[index_];
  index_ += threads_;
  if (index_ >= fixture_.links.size()) {
    index_ %= fixture_.links.size();
    ++expires_;
  }
  switch (fixture_.mode) {
    case SignMode::cold:
      return sign_cold(link);
    case SignMode::memo:
    case SignMode::prefix:
      return sign_by_rule(link);
    case SignMode::cookies:
      return sign_cookies(link);
  }
  return false;
}

bool SignWork::sign_cold(const std::string& link) {
  const auto ready = signing::prepare_url(link, signing::Resign::replace);
  if (!ready) return false;
  policy_.clear();
  policy::append_canned_policy(policy_, ready->resource, expires_);
  const auto signature = signing::sign_policy(*fixture_.key, policy_);
  if (!signature) return false;
  url_ = signing::assemble_url(ready->resource, ready->fragment,
                               {.expires = expires_,
                                .policy = {},
                                .signature = *signature,
                                .key_pair_id = fixture_.key->key_pair_id,
                                .hash = fixture_.key->hash});
  return true;
}

bool SignWork::sign_by_rule(const std::string& link) {
  using Outcome = signing::UrlSigner::Outcome;
  while (true) {
    url_.clear();
    const Outcome outcome = urls_.sign(fixture_.rule, link, {}, time_of_measurement, url_);
    if (outcome != Outcome::pending) return outcome == Outcome::done;
    signing::PendingSignature pending = urls_.take_pending();
    if (pending.claim) {
      return signing::UrlSigner::make(pending) && signing::UrlSigner::finish(pending, link, url_);
    }
    std::this_thread::yield();  // another thread makes it
  }
}

bool SignWork::sign_cookies(const std::string& link) {
  cookies_of_.assign(link).append("*");
  policy::CloudFrontStatement statement;
  statement.resource = cookies_of_;
  statement.date_less_than = expires_;
  policy_.clear();
  policy::append_custom_policy(policy_, statement);
  const auto signature = signing::sign_policy(*fixture_.key, policy_);
  if (!signature) return false;
  cookies_ = signing::signed_cookie_headers(policy_, *signature, *fixture_.key, cookie_attributes);
  return true;
}

bool SignWork::verify_last() const {
  const signing::TrustedKeys keys{{fixture_.key->key_pair_id, fixture_.key->key.public_key()}};
  const signing::Viewer viewer{time_of_measurement, std::nullopt};
  if (fixture_.mode != SignMode::cookies)
    return !url_.empty() && signing::verify_url(url_, keys, viewer).has_value();
  if (cookies_.empty()) return false;
  signing::Presented presented;
  presented.policy = cookie_value(cookies_, signing::policy_cookie);
  presented.signature = cookie_value(cookies_, signing::signature_cookie);
  presented.key_pair_id = cookie_value(cookies_, signing::key_pair_id_cookie);
  presented.hash_algorithm = cookie_value(cookies_, signing::hash_algorithm_cookie);
  return signing::verify(cookies_of_, presented, keys, viewer).has_value();
}

}  // namespace signgate::bench
