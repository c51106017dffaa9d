// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/sign_mode.hpp"
#include "bench/statistics.hpp"
#include "policy/json.hpp"
#include "signing/algorithm.hpp"

/// What `signgate-bench` has written as JSON, read back for a report.
namespace signgate::bench::report {

/// LatencyPoint is one percentile: a share of all, 1 being the maximum, and its time.
struct LatencyPoint {
  double share = 0;
  double nanoseconds = 0;
};

/// SignFigures are those of one measurement of `signgate-bench sign`, or of another signer that
/// was asked for the same. What other signers do not tell is absent.
struct SignFigures {
  std::string signer;
  SignMode mode = SignMode::cold;
  signing::KeyType key_type = signing::KeyType::rsa2048;
  signing::HashAlgorithm hash = signing::HashAlgorithm::sha1;
  unsigned threads = 1;
  Summary per_second;
  std::optional<Summary> per_cpu_second;   // of CPU time, so of one core
  std::optional<Summary> bare_per_second;  // OpenSSL's alone, in the same run
  std::optional<Summary> ratio;            // of the two
  std::optional<Summary> cpu_ratio;        // of the two, by CPU time
  std::vector<LatencyPoint> latency;       // by growing share; may be empty
};

/// LoadFigures are those of one call of `signgate-bench load`.
struct LoadFigures {
  std::string url;
  unsigned connections = 1;
  unsigned threads = 1;
  double answers_per_second = 0;
  double errors = 0;
  std::optional<double> rate = {};  // asked, a second, of an open loop; none: a closed loop
  double rate_reached = 0;          // of an open loop
  double unsent = 0;                // of an open loop: due, but no connection was free
  std::vector<LatencyPoint> latency;
};

/// Results is one file: where and when it was measured, and the figures.
struct Results {
  std::string name;     // the label, or the file's name without folders
  std::string version;  // of signgate-bench
  std::string date;
  std::string machine;  // in words; empty where the file tells nothing
  std::string build;    // "optimised", or what makes the figures worthless; or empty
  unsigned cores = 0;   // 0: not told
  std::vector<SignFigures> signs;
  std::vector<LoadFigures> loads;
  std::vector<std::string> skipped;  // signers that could not be measured, with the reason
};

/// most_bytes_of_results is how long a file may be.
inline constexpr std::size_t most_bytes_of_results = std::size_t{16} << 20;

/// read_results takes the text of a file that `sign --json` or `load --json` wrote, or a script
/// with the same form; `file` is its path as given, of which only the name is kept. Members that
/// it does not know are passed over. On failure: where, and what may stand there. Any thread.
/// Source: conf/doc/benchmarks.md, "The JSON form".
[[nodiscard]] policy::DocumentResult<Results> read_results(std::string_view text,
                                                           std::string_view file);

}  // namespace signgate::bench::report
