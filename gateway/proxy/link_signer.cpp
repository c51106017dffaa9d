// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/link_signer.hpp"

#include <algorithm>

#include "signing/prefix_resource.hpp"
#include "signing/url_signer.hpp"

namespace signgate::proxy {

using Outcome = signing::UrlSigner::Outcome;

bool opens_all(const signing::LinkRule& rule, const rewrite::Link& link) {
  if (link.shared == rewrite::Link::no_template) return true;
  if (rule.policy != signing::PolicyForm::prefix) return false;
  const auto taken = signing::prefix_scope(link.url, rule.target_length, rule.scope);
  return taken && taken->wildcard && taken->length <= link.shared;
}

LinkSigner::LinkSigner(const route::SignSet& set, Services& services, std::string_view viewer)
    : set_(set), services_(services), viewer_(viewer) {}

net::Awaitable<void> LinkSigner::sign(const rewrite::Batch& batch,
                                      std::vector<std::string>& signed_urls) {
  // Their memory serves batch after batch.
  signed_urls.resize(batch.links.size());
  for (std::string& url : signed_urls)
    url.clear();
  std::vector<Pending> pending;
  if (asks(batch)) co_await gate_->ask(batch);
  // Of each batch, as a page may take its time, and rounded up: a link that is handed out in the
  // last moment of a second still works for all of its ttl.
  const UnixSeconds now = unix_now() + 1;
  for (std::size_t i = 0; i < batch.links.size(); ++i) {
    const rewrite::Link& link = batch.links[i];
    if (link.ready) {
      signed_urls[i] = link.url;
      continue;
    }
    if (gate_ != nullptr) {
      const LinkGate::Refusal refusal = gate_->refusal(link);
      if (refusal != LinkGate::Refusal::none) {
        count(refusal);
        continue;
      }
    }
    const signing::LinkRule& rule = set_.signers[link.rule];
    if (!opens_all(rule, link)) {
      count(Outcome::pattern);
      continue;
    }
    const Outcome outcome = services_.urls.sign(rule, link.url, viewer_, now, signed_urls[i]);
    if (outcome == Outcome::pending) pending.push_back({i, services_.urls.take_pending()});
    count(outcome);
  }
  offer_ahead();
  if (!pending.empty()) co_await sign_pending(pending);
  for (const Pending& each : pending) {
    const bool done = signing::UrlSigner::finish(each.signature, batch.links[each.link].url,
                                                 signed_urls[each.link]);
    if (done) {
      count(Outcome::done);
    } else if (each.signature.flight->signature().empty()) {
      ++services_.counters.unsigned_failed;
    } else {
      count(Outcome::too_long);
    }
  }
}

void LinkSigner::count(Outcome outcome) {
  last_ = outcome;
  Counters& counters = services_.counters;
  if (outcome == Outcome::done) ++counters.links_signed;
  if (outcome == Outcome::no_key) ++counters.unsigned_no_key;
  if (outcome == Outcome::no_address) ++counters.unsigned_no_address;
  if (outcome == Outcome::pattern) ++counters.unsigned_pattern;
  if (outcome == Outcome::too_long) ++counters.unsigned_too_long;
}

void LinkSigner::count(LinkGate::Refusal refusal) {
  last_.reset();
  Counters& counters = services_.counters;
  switch (refusal) {
    case LinkGate::Refusal::none:
      break;
    case LinkGate::Refusal::reflected:
      ++counters.refused_reflected;
      break;
    case LinkGate::Refusal::unclear:
      ++counters.refused_unclear;
      break;
    case LinkGate::Refusal::not_granted:
      ++counters.unsigned_not_granted;
      break;
    case LinkGate::Refusal::grant_failed:
      ++counters.unsigned_grant_failed;
      break;
    case LinkGate::Refusal::too_many_grants:
      ++counters.unsigned_grant_limit;
      break;
  }
}

net::Awaitable<void> LinkSigner::sign_pending(std::vector<Pending>& pending) {
  const bool any_is_ours = std::ranges::any_of(
      pending, [](const Pending& each) { return each.signature.claim.has_value(); });
  if (any_is_ours) {
    std::function<void()> task = [&pending] {
      for (Pending& each : pending) {
        if (each.signature.claim) signing::UrlSigner::make(each.signature);
      }
    };
    co_await services_.signers.run(std::move(task));
  }
  for (const Pending& each : pending) {
    if (!each.signature.claim) co_await net::SignerPool::landed(each.signature.flight);
  }
}

// Signed in idle time, or not at all: whoever wants them later signs them then.
void LinkSigner::offer_ahead() {
  std::vector<signing::AheadSignature> ahead = services_.urls.take_ahead();
  if (ahead.empty()) return;
  services_.signers.offer([&memo = services_.memo, ahead = std::move(ahead)] {
    for (const signing::AheadSignature& each : ahead)
      signing::UrlSigner::make_ahead(memo, each);
  });
}

}  // namespace signgate::proxy
