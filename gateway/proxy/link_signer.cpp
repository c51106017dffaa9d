// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/link_signer.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/limits.hpp"
#include "policy/cloudfront_statement.hpp"
#include "policy/ipv4_range.hpp"
#include "signing/prefix_resource.hpp"
#include "signing/signed_url.hpp"
#include "signing/url_base64.hpp"

namespace signgate::proxy {

LinkSigner::LinkSigner(const route::SignSet& set, Services& services, std::string_view viewer,
                       UnixSeconds now)
    : set_(set), services_(services), viewer_(viewer), now_(now) {}

bool LinkSigner::prepare(const rewrite::Link& link, Job& job) const {
  const route::MediaSigner& signer = set_.signers[link.rule];
  job.key = signer.key_at(now_);
  if (job.key == nullptr) return false;
  job.canned = signer.policy == config::PolicyKind::canned;
  job.policy.clear();
  job.signature.clear();
  if (job.canned) {
    job.expires = signing::expiry_at(signer.expiry, signer.name, link.url, now_);
    policy::append_canned_policy(job.policy, link.url, job.expires);
    return true;
  }
  policy::CloudFrontStatement statement;
  if (signer.policy == config::PolicyKind::prefix) {
    statement.resource = signing::prefix_resource(link.url, signer.target_length, signer.scope);
  } else if (!signing::is_pattern(link.url)) {
    statement.resource = link.url;
  }
  if (!statement.resource) return false;
  // By what is signed, so that all links of a prefix share its signature.
  job.expires = signing::expiry_at(signer.expiry, signer.name, *statement.resource, now_);
  statement.date_less_than = job.expires;
  if (signer.ip == config::IpBinding::client) {
    const auto range = policy::parse_ipv4_range(viewer_);
    if (!range) return false;
    statement.ip_address = *range;
  }
  policy::append_custom_policy(job.policy, statement);
  return true;
}

// "" where the signed URL would be too long.
std::string LinkSigner::assemble(const rewrite::Link& link, const Job& job) {
  std::string policy;
  signing::SignedParameters parameters{.expires = {},
                                       .policy = {},
                                       .signature = job.signature,
                                       .key_pair_id = job.key->key_pair_id,
                                       .hash = job.key->hash};
  if (job.canned) {
    parameters.expires = job.expires;
  } else {
    policy = signing::url_base64_encode(
        {reinterpret_cast<const unsigned char*>(job.policy.data()), job.policy.size()});
    parameters.policy = policy;
  }
  if (link.url.size() + signing::signed_parameters_length(parameters) > limits::link_length)
    return {};
  return signing::assemble_url(link.url, {}, parameters);
}

// Signs what the memo does not know; on the signer pool.
void LinkSigner::sign_cold(std::span<Job> jobs) const {
  for (Job& job : jobs) {
    auto signature = signing::sign_policy(*job.key, job.policy);
    if (!signature) continue;
    job.signature = std::move(*signature);
    services_.memo.insert(signing::memo_key(*job.key, job.policy), job.signature);
  }
}

net::Awaitable<void> LinkSigner::sign(const rewrite::Batch& batch,
                                      std::vector<std::string>& signed_urls) {
  struct Waiting {
    std::size_t link;
    std::size_t job;
  };
  signed_urls.clear();
  signed_urls.resize(batch.links.size());
  std::vector<Job> cold;
  std::vector<Waiting> waiting;
  // Most links are warm: one job's memory serves them all.
  Job job{};
  for (std::size_t i = 0; i < batch.links.size(); ++i) {
    if (!prepare(batch.links[i], job)) continue;
    if (services_.memo.find(signing::memo_key(*job.key, job.policy), job.signature)) {
      signed_urls[i] = assemble(batch.links[i], job);
      continue;
    }
    // A link that stands twice on a page, or shares its prefix, is signed once.
    const auto same = std::ranges::find_if(cold, [&job](const Job& other) {
      return other.key == job.key && other.policy == job.policy;
    });
    waiting.push_back({i, static_cast<std::size_t>(same - cold.begin())});
    if (same == cold.end()) cold.push_back(std::exchange(job, {}));
  }
  if (!cold.empty()) {
    std::function<void()> task = [this, &cold] { sign_cold(cold); };
    co_await services_.signers.run(std::move(task));
  }
  for (const Waiting& each : waiting) {
    const Job& done = cold[each.job];
    if (!done.signature.empty()) signed_urls[each.link] = assemble(batch.links[each.link], done);
  }
  const auto unsigned_count =
      static_cast<std::size_t>(std::ranges::count_if(signed_urls, &std::string::empty));
  services_.counters.links_unsigned += unsigned_count;
  services_.counters.links_signed += batch.links.size() - unsigned_count;
}

}  // namespace signgate::proxy
