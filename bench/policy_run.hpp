// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/machine.hpp"
#include "bench/statistics.hpp"
#include "policy/bucket_policy.hpp"
#include "policy/evaluate.hpp"

/// How fast bucket policies decide.
namespace signgate::bench {

/// PolicyCase is a question asked over and over, and its answer.
struct PolicyCase {
  std::string_view name;
  policy::BucketPolicy policy;
  policy::AccessRequest request;
  policy::Outcome outcome = policy::Outcome::allow;
};

/// policy_cases are the tutorial's policy (an Allow for one distribution, with the Referer in it)
/// on a right, a foreign and a missing Referer, and the same as a Deny. The request has the
/// condition keys that the edge gives one.
[[nodiscard]] std::vector<PolicyCase> policy_cases();

/// PolicyResult is what was measured of a case, on one thread.
struct PolicyResult {
  std::string_view name;
  std::uint64_t decisions = 0;  // in all rounds
  bool as_expected = false;     // each of them
  Summary per_second;           // by the wall clock
  Summary per_cpu_second;       // by the thread's own, which neighbours on the machine disturb less
};

/// run_policy asks for `rounds` rounds of that length, after one that does not count.
[[nodiscard]] PolicyResult run_policy(const PolicyCase& question, std::chrono::nanoseconds round,
                                      unsigned rounds);

/// policy_text is a table with a line that tells the machine.
[[nodiscard]] std::string policy_text(const std::vector<PolicyResult>& results,
                                      const MachineFacts& machine);

/// policy_json is the same as one object: version, date, machine, and cases with name, decisions,
/// and median, min and max of both rates.
[[nodiscard]] std::string policy_json(const std::vector<PolicyResult>& results,
                                      const MachineFacts& machine, std::string_view version,
                                      std::string_view date);

}  // namespace signgate::bench
