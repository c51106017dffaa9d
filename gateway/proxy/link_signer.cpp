// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/link_signer.hpp"

#include "gateway/base/limits.hpp"
#include "policy/cloudfront_statement.hpp"
#include "policy/ipv4_range.hpp"
#include "signing/signed_url.hpp"
#include "signing/url_base64.hpp"

namespace signgate::proxy {

bool is_pattern(std::string_view url) noexcept {
  const std::size_t query = url.find('?');
  return url.find('*') != std::string_view::npos ||
         (query != std::string_view::npos && url.find('?', query + 1) != std::string_view::npos);
}

LinkSigner::LinkSigner(const route::SignSet& set, Services& services, std::string_view viewer,
                       UnixSeconds now)
    : set_(set), services_(services), viewer_(viewer), now_(now) {}

bool LinkSigner::prepare(const rewrite::Link& link, Job& job) const {
  const route::MediaSigner& signer = set_.signers[link.rule];
  job.key = signer.key_at(now_);
  if (job.key == nullptr) return false;
  job.expires = signing::expiry_at(signer.expiry, signer.name, link.url, now_);
  job.canned = signer.policy == config::PolicyKind::canned;
  if (job.canned) {
    policy::append_canned_policy(job.policy, link.url, job.expires);
    return true;
  }
  if (is_pattern(link.url)) return false;
  policy::CloudFrontStatement statement{.resource = link.url,
                                        .date_less_than = job.expires,
                                        .date_greater_than = {},
                                        .ip_address = {}};
  if (signer.ip == config::IpBinding::client) {
    const auto range = policy::parse_ipv4_range(viewer_);
    if (!range) return false;
    statement.ip_address = *range;
  }
  policy::append_custom_policy(job.policy, statement);
  return true;
}

net::Awaitable<void> LinkSigner::sign(const rewrite::Batch& batch,
                                      std::vector<std::string>& signed_urls) {
  signed_urls.clear();
  signed_urls.resize(batch.links.size());
  std::vector<Job> jobs;
  std::vector<std::size_t> cold;
  jobs.reserve(batch.links.size());
  for (std::size_t i = 0; i < batch.links.size(); ++i) {
    Job job{};
    job.link = i;
    if (!prepare(batch.links[i], job)) continue;
    if (!services_.memo.find(signing::memo_key(*job.key, job.policy), job.signature))
      cold.push_back(jobs.size());
    jobs.push_back(std::move(job));
  }
  if (!cold.empty()) {
    const auto work = [&jobs, &cold, this] {
      for (const std::size_t index : cold) {
        Job& job = jobs[index];
        auto signature = signing::sign_policy(*job.key, job.policy);
        if (!signature) continue;
        job.signature = std::move(*signature);
        services_.memo.insert(signing::memo_key(*job.key, job.policy), job.signature);
      }
    };
    std::function<void()> task = work;
    co_await services_.signers.run(std::move(task));
  }
  std::size_t done = 0;
  std::string policy_text;
  for (const Job& job : jobs) {
    if (job.signature.empty()) continue;
    signing::SignedParameters parameters{.expires = {},
                                         .policy = {},
                                         .signature = job.signature,
                                         .key_pair_id = job.key->key_pair_id,
                                         .hash = job.key->hash};
    if (job.canned) {
      parameters.expires = job.expires;
    } else {
      policy_text = signing::url_base64_encode(
          {reinterpret_cast<const unsigned char*>(job.policy.data()), job.policy.size()});
      parameters.policy = policy_text;
    }
    const std::string& url = batch.links[job.link].url;
    if (url.size() + signing::signed_parameters_length(parameters) > limits::link_length) continue;
    signed_urls[job.link] = signing::assemble_url(url, {}, parameters);
    ++done;
  }
  services_.counters.links_signed += done;
  services_.counters.links_unsigned += batch.links.size() - done;
}

}  // namespace signgate::proxy
