// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/net/signer_pool.hpp"
#include "gateway/proxy/counters.hpp"
#include "signing/signature_memo.hpp"

namespace signgate::server {

/// MetricsSample is what the process counts, at one moment, over all workers.
struct MetricsSample {
  proxy::Counters counters;
  std::uint64_t connections = 0;  // open now
  std::size_t workers = 0;
  signing::MemoStatistics memo;
  net::SignerPoolStatistics signers;
};

/// add sums the counters of one worker into `total`.
void add(proxy::Counters& total, const proxy::Counters& worker) noexcept;

/// metrics_text is the sample in Prometheus' text format, version 0.0.4; all names begin
/// `signgate_`. Pure. Source: Prometheus, "Exposition formats".
[[nodiscard]] std::string metrics_text(const MetricsSample& sample);

}  // namespace signgate::server
