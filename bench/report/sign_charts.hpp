// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/report/markup.hpp"
#include "bench/report/results.hpp"

namespace signgate::bench::report {

/// NamedFigures is a measurement, what the report calls its signer, and how many cores there were
/// (0: unknown).
struct NamedFigures {
  std::string name;
  unsigned cores = 0;
  const SignFigures* figures = nullptr;
};

/// draw_sign_charts draws the charts of measurements of one mode, kind of key and digest, of which
/// there is at least one: rates and ratios by threads, or as bars where all are of one number of
/// threads, and latencies. Borrows the figures during the call.
void draw_sign_charts(Markup& page, const std::vector<NamedFigures>& runs);

/// LatencyCurve is a name and its percentiles.
struct LatencyCurve {
  std::string name;
  const std::vector<LatencyPoint>* points = nullptr;
};

/// draw_latency_chart draws the curves on an axis of nines; nothing when all are empty. Of more
/// than eight it draws eight, the first and the last among them, and says so.
void draw_latency_chart(Markup& page, const std::string& title,
                        const std::vector<LatencyCurve>& curves);

}  // namespace signgate::bench::report
