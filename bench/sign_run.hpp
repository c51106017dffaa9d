// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/histogram.hpp"
#include "bench/sign_mode.hpp"
#include "bench/statistics.hpp"
#include "gateway/base/limits.hpp"
#include "signing/signature_memo.hpp"
#include "signing/signer.hpp"

namespace signgate::bench {

/// SignPlan is what to measure.
struct SignPlan {
  SignMode mode = SignMode::cold;
  unsigned threads = 1;
  std::chrono::nanoseconds round = std::chrono::seconds(2);  // both sides together
  unsigned rounds = 5;                                       // one more, not counted, is the first
  std::size_t links = 1000;                                  // different URLs
  std::size_t memo_bytes = limits::signature_memo;
};

/// SignSide is what one thread did on one side. `busy` is the time spent in it by the wall clock,
/// `cpu` by the thread's own.
struct SignSide {
  std::uint64_t count = 0;
  std::chrono::nanoseconds busy{0};
  std::chrono::nanoseconds cpu{0};

  [[nodiscard]] double per_second() const noexcept;
  [[nodiscard]] double per_cpu_second() const noexcept;
};

/// SignThread is one thread's share of a round.
struct SignThread {
  SignSide links;  // what SignWork makes
  SignSide bare;  // signatures by OpenSSL alone over a ready digest, with a key of the thread's own
};

/// SignRound is one round: what each thread did.
struct SignRound {
  std::vector<SignThread> threads;

  /// The rates are all threads' together, a second.
  [[nodiscard]] double links_per_second() const noexcept;
  [[nodiscard]] double bare_per_second() const noexcept;

  /// The rates by CPU time are a core's, which other processes on the machine disturb less.
  [[nodiscard]] double links_per_cpu_second() const noexcept;
  [[nodiscard]] double bare_per_cpu_second() const noexcept;

  /// ratio is links to bare signatures per second of the wall clock, cpu_ratio of CPU time.
  [[nodiscard]] double ratio() const noexcept;
  [[nodiscard]] double cpu_ratio() const noexcept;
};

/// SignResult is what was measured.
struct SignResult {
  std::vector<SignRound> rounds;
  Histogram latency;             // of a link, in ns, over all rounds
  signing::MemoStatistics memo;  // modes memo and prefix: of the rounds

  /// over sums up one of SignRound's rates over the rounds.
  [[nodiscard]] Summary over(double (SignRound::*rate)() const noexcept) const;
};

/// latency_sampling is every how manieth link's time is taken: of each where it makes a signature,
/// of fewer where reading the clock would be a part of what is measured.
[[nodiscard]] constexpr unsigned latency_sampling(SignMode mode) noexcept {
  return mode == SignMode::memo || mode == SignMode::prefix ? 16 : 1;
}

/// run_sign has plan.threads threads do what SignWork does for the plan's mode, all with `key`,
/// and in turn, in slices of a tenth of a second or of a half round at the same time on all
/// threads, has OpenSSL sign bare digests: whatever else the machine does falls on both sides
/// alike; in a round each thread does each at least once. Before the first round each link is
/// signed once for the modes memo and prefix. After each round the last of each thread is verified.
/// signing_failed when that, or any signature, fails.
[[nodiscard]] signing::Result<SignResult> run_sign(const signing::SigningKey& key,
                                                   const SignPlan& plan);

}  // namespace signgate::bench
