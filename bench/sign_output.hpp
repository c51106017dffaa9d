// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/machine.hpp"
#include "bench/sign_run.hpp"

namespace signgate::bench {

/// SignRun is one measurement: what was measured, and the result.
struct SignRun {
  signing::KeyType type;
  signing::HashAlgorithm hash;
  SignPlan plan;
  SignResult result;
};

/// SignSession is all that one call of `signgate-bench sign` has measured.
struct SignSession {
  std::string version;  // of signgate
  std::string date;     // when it began: date_text
  std::string label;    // given by the user; may be empty
  MachineFacts machine;
  std::vector<SignRun> runs;
};

/// sign_text is the session as tables for a terminal, with a line feed at the end.
[[nodiscard]] std::string sign_text(const SignSession& session);

/// sign_json is the session as one JSON object, with a line feed at the end. Its form is described
/// in conf/doc/benchmarks.md.
[[nodiscard]] std::string sign_json(const SignSession& session);

}  // namespace signgate::bench
