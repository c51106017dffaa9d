// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/report/results.hpp"

namespace signgate::bench::report {

/// report_page is one HTML document with the figures of all files: for each mode and kind of key
/// the throughput by threads, the ratio to the bare rate, the latency curve and, where there are
/// several signers, their rates side by side; loads; and all figures as a table. Files that are
/// called alike get numbers. No script, no resource from elsewhere; everything that a file says is
/// escaped. Any thread.
[[nodiscard]] std::string report_page(const std::vector<Results>& results);

}  // namespace signgate::bench::report
