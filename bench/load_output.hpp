// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bench/load_run.hpp"

namespace signgate::bench {

/// LoadSession is one call of `signgate-bench load`: what was asked for, and what came of it.
struct LoadSession {
  std::string version;  // of signgate-bench
  std::string date;     // RFC 3339
  std::string url;
  LoadPlan plan;
  LoadResult result;
};

/// load_text is the session for people. Any thread.
[[nodiscard]] std::string load_text(const LoadSession& session);

/// load_json is the session as one object with a final newline: conf/doc/benchmarks.md, "The JSON
/// form". Any thread.
[[nodiscard]] std::string load_json(const LoadSession& session);

/// load_complaint says why the session failed: exchanges without a whole answer, no answer at all,
/// requests of an open loop that could not be sent; of links, one that fails, a body that could not
/// be read, or that there was none. Empty when it did not fail.
[[nodiscard]] std::string load_complaint(const LoadSession& session);

}  // namespace signgate::bench
