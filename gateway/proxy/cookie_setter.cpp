// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/cookie_setter.hpp"

#include <algorithm>

#include "gateway/http/cookies.hpp"
#include "gateway/http/text.hpp"
#include "gateway/route/cookie_renewal.hpp"
#include "signing/cookie_header.hpp"
#include "signing/url_base64.hpp"

namespace signgate::proxy {
namespace {

bool grants(const Answer& answer, http::Method method) {
  // A preflight's answer sets no cookies in a browser (WHATWG Fetch, section 4.8).
  if (method == http::Method::options) return false;
  return (answer.status >= 200 && answer.status < 300) || answer.status == 304;
}

// The page's scheme, which a server that ends TLS in front of us says. A viewer who says so himself
// changes the attributes of his own cookies, no more.
std::string_view page_scheme(const CookieRequest& facts) {
  const http::Field* said = facts.request.fields.find("X-Forwarded-Proto");
  return said != nullptr ? http::trim_ows(said->value) : facts.scheme;
}

bool bears_marker(const route::CookieTerms& terms, std::string_view domain,
                  const http::Fields& fields) {
  bool found = false;
  http::for_each_cookie(fields, [&](std::string_view name, std::string_view value) {
    found = found || (name == terms.signer.cookies->marker &&
                      route::is_lasting_marker(terms, domain, value));
  });
  return found;
}

bool is_good(const route::LastingCookies& cookies) {
  const auto bytes = signing::url_base64_decode(cookies.signature);
  return bytes && cookies.key->key.public_key().verify(
                      cookies.key->hash, cookies.policy,
                      {reinterpret_cast<const unsigned char*>(bytes->data()), bytes->size()});
}

// Whether the request bears cookies of the rule that need not be renewed.
net::Awaitable<bool> bears_cookies(const route::CookieTerms& terms, const http::Fields& fields,
                                   Services& services) {
  std::vector<route::LastingCookies> unknown;
  std::string known;
  for (const route::BorneCookies& borne : route::borne_cookies(fields)) {
    auto lasting = route::lasting_cookies(terms, borne);
    if (!lasting) continue;
    if (!services.memo.find(signing::memo_key(*lasting->key, lasting->policy), known)) {
      unknown.push_back(std::move(*lasting));
    } else if (known == lasting->signature) {
      co_return true;
    }
  }
  // Another replica's, or those of a time before this process.
  bool good = false;
  if (!unknown.empty()) {
    std::function<void()> task = [&] { good = std::ranges::any_of(unknown, is_good); };
    co_await services.signers.run(std::move(task));
  }
  co_return good;
}

// The signature over `policy`; "" when it could not be made.
net::Awaitable<std::string> signature_over(const signing::SigningKey& key,
                                           const std::string& policy, Services& services) {
  std::string signature;
  signing::Lookup found = services.memo.look_up(signing::memo_key(key, policy), signature);
  if (found.state == signing::Lookup::State::hit) co_return signature;
  if (found.state == signing::Lookup::State::waiting) {
    co_await net::SignerPool::landed(found.flight);
    co_return found.flight->signature();
  }
  signing::Claim claim(services.memo, found.flight);
  std::function<void()> task = [&] {
    if (auto made = signing::sign_policy(key, policy)) signature = std::move(*made);
    claim.land(signature);
  };
  co_await services.signers.run(std::move(task));
  co_return signature;
}

// What one rule's cookies need.
struct Issue {
  std::string_view domain;
  bool visible = false;       // the page will see them again
  bool cross_scheme = false;  // a page of http sets Secure cookies
};

net::Awaitable<bool> add_cookies(const route::CookieTerms& terms, const Issue& issue,
                                 Services& services, Answer& answer, AnswerTexts& texts) {
  const auto* key_entry = terms.signer.key_at(terms.now);
  if (key_entry == nullptr) co_return false;
  const signing::SigningKey& key = **key_entry;
  const UnixSeconds expires = route::cookie_expiry(terms);
  const std::string policy = route::cookie_policy(terms, expires);
  const std::string signature = co_await signature_over(key, policy, services);
  if (signature.empty()) co_return false;
  const route::CookieRule& rule = *terms.signer.cookies;
  const signing::CookieAttributes attributes{
      .domain = issue.domain,
      .path = rule.path,
      .secure = rule.secure,
      .same_site = issue.cross_scheme ? signing::SameSite::none : signing::SameSite::lax};
  for (std::string& header : signing::signed_cookie_headers(policy, signature, key, attributes))
    answer.fields.add("Set-Cookie", texts.emplace_back(std::move(header)));
  if (issue.visible) co_return true;
  // Secure as the others, so that a browser takes all or none.
  const signing::CookieAttributes own{.domain = {}, .path = "/", .secure = rule.secure};
  const std::string value = route::marker_value(terms, key, issue.domain, expires);
  answer.fields.add("Set-Cookie",
                    texts.emplace_back(signing::cookie_header(rule.marker, value, own)));
  co_return true;
}

}  // namespace

net::Awaitable<bool> set_media_cookies(const CookieRequest& facts, Services& services,
                                       Answer& answer, AnswerTexts& texts) {
  bool any = false;
  if (!grants(answer, facts.request.method)) co_return any;
  const http::Fields& fields = facts.request.fields;
  const std::string_view path =
      facts.request.path.empty() ? std::string_view("/") : facts.request.path;
  for (const route::MediaSigner& signer : facts.set.signers) {
    if (!signer.cookies) continue;
    const route::CookieRule& rule = *signer.cookies;
    route::CookieTerms terms{.signer = signer, .viewer = {}, .now = facts.now};
    if (signer.per_viewer) {
      if (const auto range = policy::parse_ipv4_range(facts.viewer)) terms.viewer = *range;
    }
    const auto domain = route::cookie_domain_for(rule, facts.site);
    if (!domain || (signer.per_viewer && !terms.viewer)) {
      ++services.counters.cookies_unset;
      continue;
    }
    const Issue issue{
        .domain = *domain,
        .visible = route::covers_path(rule.path, path),
        .cross_scheme = rule.secure && !http::equal_ignoring_case(page_scheme(facts), "https")};
    bool borne = false;
    if (issue.visible) {
      borne = co_await bears_cookies(terms, fields, services);
    } else {
      borne = bears_marker(terms, *domain, fields);
    }
    if (borne) continue;
    const bool set = co_await add_cookies(terms, issue, services, answer, texts);
    ++(set ? services.counters.cookies_set : services.counters.cookies_unset);
    any = any || set;
  }
  co_return any;
}

}  // namespace signgate::proxy
