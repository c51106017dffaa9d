// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/cookie_setter.hpp"

#include "gateway/http/cookies.hpp"
#include "gateway/http/text.hpp"
#include "gateway/route/cookie_renewal.hpp"
#include "signing/cookie_header.hpp"
#include "signing/url_base64.hpp"

namespace signgate::proxy {
namespace {

// One rule's cookies for one answer.
struct Job {
  const signing::SigningKey* key = nullptr;
  UnixSeconds expires = 0;
  std::string policy;
  std::string signature;
  std::vector<route::LastingCookies> unchecked;  // borne, and not known to the memo
  bool renew = true;
};

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

// Looks at the cookies in the request: false when they last. Those whose signature the memo does
// not know are left to be checked.
bool may_need_cookies(const route::CookieTerms& terms, const http::Fields& fields,
                      signing::SignatureMemo& memo, Job& job) {
  std::string known;
  for (const route::BorneCookies& borne : route::borne_cookies(fields)) {
    auto lasting = route::lasting_cookies(terms, borne);
    if (!lasting) continue;
    if (!memo.find(signing::memo_key(*lasting->key, lasting->policy), known)) {
      job.unchecked.push_back(std::move(*lasting));
    } else if (known == lasting->signature) {
      return false;
    }
  }
  return true;
}

bool is_good(const route::LastingCookies& cookies) {
  const auto bytes = signing::url_base64_decode(cookies.signature);
  return bytes && cookies.key->key.public_key().verify(
                      cookies.key->hash, cookies.policy,
                      {reinterpret_cast<const unsigned char*>(bytes->data()), bytes->size()});
}

// On the signer pool.
void check_and_sign(Job& job, signing::SignatureMemo& memo) {
  for (const route::LastingCookies& each : job.unchecked) {
    if (is_good(each)) job.renew = false;
  }
  if (!job.renew || job.key == nullptr || !job.signature.empty()) return;
  auto signature = signing::sign_policy(*job.key, job.policy);
  if (!signature) return;
  job.signature = std::move(*signature);
  memo.insert(signing::memo_key(*job.key, job.policy), job.signature);
}

void add_cookies(const route::CookieTerms& terms, const Job& job, std::string_view domain,
                 bool marked, bool cross_scheme, Answer& answer, AnswerTexts& texts) {
  const route::CookieRule& rule = *terms.signer.cookies;
  const signing::CookieAttributes attributes{
      .domain = domain,
      .path = rule.path,
      .secure = rule.secure,
      .same_site = cross_scheme ? signing::SameSite::none : signing::SameSite::lax};
  for (std::string& header :
       signing::signed_cookie_headers(job.policy, job.signature, *job.key, attributes)) {
    answer.fields.add("Set-Cookie", texts.emplace_back(std::move(header)));
  }
  if (!marked) return;
  // Secure as the others, so that a browser takes all or none.
  answer.fields.add("Set-Cookie",
                    texts.emplace_back(signing::cookie_header(
                        rule.marker, route::marker_value(terms, *job.key, domain, job.expires),
                        {.domain = {}, .path = "/", .secure = rule.secure})));
}

}  // namespace

net::Awaitable<bool> set_media_cookies(const CookieRequest& facts, Services& services,
                                       Answer& answer, AnswerTexts& texts) {
  bool any = false;
  if (!grants(answer, facts.request.method)) co_return any;
  const http::Fields& fields = facts.request.fields;
  for (const route::MediaSigner& signer : facts.set.signers) {
    if (!signer.cookies) continue;
    route::CookieTerms terms{.signer = signer, .viewer = {}, .now = facts.now};
    if (signer.per_viewer) {
      if (const auto range = policy::parse_ipv4_range(facts.viewer)) terms.viewer = *range;
    }
    const auto domain = route::cookie_domain_for(*signer.cookies, facts.site);
    if (!domain || (signer.per_viewer && !terms.viewer)) {
      ++services.counters.cookies_unset;
      continue;
    }
    const std::string_view path =
        facts.request.path.empty() ? std::string_view("/") : facts.request.path;
    const bool visible = route::covers_path(signer.cookies->path, path);
    Job job;
    if (visible ? !may_need_cookies(terms, fields, services.memo, job)
                : bears_marker(terms, *domain, fields)) {
      continue;
    }
    const auto* key = signer.key_at(facts.now);
    job.key = key == nullptr ? nullptr : key->get();
    job.expires = route::cookie_expiry(terms);
    job.policy = route::cookie_policy(terms, job.expires);
    const bool warm = job.key != nullptr &&
                      services.memo.find(signing::memo_key(*job.key, job.policy), job.signature);
    if (!job.unchecked.empty() || (!warm && job.key != nullptr)) {
      std::function<void()> task = [&job, &services] { check_and_sign(job, services.memo); };
      co_await services.signers.run(std::move(task));
    }
    if (!job.renew) continue;
    if (job.signature.empty()) {
      ++services.counters.cookies_unset;
      continue;
    }
    const bool cross_scheme =
        signer.cookies->secure && !http::equal_ignoring_case(page_scheme(facts), "https");
    add_cookies(terms, job, *domain, !visible, cross_scheme, answer, texts);
    ++services.counters.cookies_set;
    any = true;
  }
  co_return any;
}

}  // namespace signgate::proxy
