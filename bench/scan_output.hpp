// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/machine.hpp"
#include "bench/scan_run.hpp"

namespace signgate::bench {

/// ScanSession is all that one call of `signgate-bench scan` has measured.
struct ScanSession {
  std::string version;  // of signgate
  std::string date;     // when it began: date_text
  MachineFacts machine;
  TurnPlan plan;
  std::vector<ScanRun> scans;
  std::vector<RecodeRun> codings;
};

/// scan_text is the session as tables for a terminal, with a line feed at the end.
[[nodiscard]] std::string scan_text(const ScanSession& session);

/// scan_json is the session as one JSON object, with a line feed at the end. Its form is described
/// in conf/doc/benchmarks.md.
[[nodiscard]] std::string scan_json(const ScanSession& session);

}  // namespace signgate::bench
