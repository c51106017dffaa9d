// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/net/signer_pool.hpp"
#include "gateway/proxy/counters.hpp"
#include "signing/signature_memo.hpp"

namespace signgate::server {

/// PeerHealth is what health checks know of one address of an upstream.
struct PeerHealth {
  std::string upstream;
  std::string peer;
  bool healthy = true;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
};

/// MetricsSample is what the process counts, at one moment, over all workers.
struct MetricsSample {
  proxy::Counters counters;
  std::uint64_t connections = 0;    // open now
  std::size_t workers = 0;          // that accept
  std::size_t workers_leaving = 0;  // that end with their connections
  signing::MemoStatistics memo;
  net::SignerPoolStatistics signers;
  std::vector<PeerHealth> peers;  // those under a health check
};

/// add sums the counters of one worker into `total`.
void add(proxy::Counters& total, const proxy::Counters& worker) noexcept;

/// metrics_text is the sample in Prometheus' text format, version 0.0.4; all names begin
/// `signgate_`. Pure. Source: Prometheus, "Exposition formats".
[[nodiscard]] std::string metrics_text(const MetricsSample& sample);

}  // namespace signgate::server
