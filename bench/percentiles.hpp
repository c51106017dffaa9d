// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "bench/histogram.hpp"
#include "policy/json_writer.hpp"

namespace signgate::bench {

/// Percentile is a share of the values, with its name.
struct Percentile {
  const char* name;
  double share;
};

/// json_percentiles are those that results hold, enough to draw a curve of.
inline constexpr std::array json_percentiles{
    Percentile{"p50", 0.5},       Percentile{"p75", 0.75}, Percentile{"p90", 0.9},
    Percentile{"p95", 0.95},      Percentile{"p99", 0.99}, Percentile{"p99.9", 0.999},
    Percentile{"p99.99", 0.9999}, Percentile{"max", 1.0}};

/// text_percentiles are those that a person wants to see.
inline constexpr std::array text_percentiles{Percentile{"p50", 0.5}, Percentile{"p90", 0.9},
                                             Percentile{"p99", 0.99}, Percentile{"p99.9", 0.999},
                                             Percentile{"max", 1.0}};

/// write_latency writes what the histogram holds as one object: mean, then the percentiles by
/// name, all of them integers.
inline void write_latency(policy::JsonWriter& json, const Histogram& latency) {
  json.object([&] {
    json.name("samples").integer(static_cast<std::int64_t>(latency.count()));
    json.name("mean").integer(static_cast<std::int64_t>(latency.mean() + 0.5));
    for (const auto& [name, share] : json_percentiles)
      json.name(name).integer(static_cast<std::int64_t>(latency.quantile(share)));
  });
}

}  // namespace signgate::bench
