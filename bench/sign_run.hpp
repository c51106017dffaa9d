// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/histogram.hpp"
#include "signing/signature_memo.hpp"
#include "signing/signer.hpp"

namespace signgate::bench {

/// SignMode says what a link costs.
enum class SignMode : std::uint8_t {
  cold,  // each link is signed: no two policies are the same
  memo,  // each link's signature is remembered, once it has been made
};

/// SignPlan is what to measure.
struct SignPlan {
  SignMode mode = SignMode::cold;
  unsigned threads = 1;
  std::chrono::nanoseconds duration = std::chrono::seconds(5);  // both sides together
  std::size_t links = 1000;                                     // different URLs
  std::size_t memo_bytes = 64 * 1024 * 1024;
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

/// SignThread is one thread's share.
struct SignThread {
  SignSide links;  // whole links: made ready, policy, signature, URL
  SignSide bare;  // signatures by OpenSSL alone over a ready digest, with a key of the thread's own
};

/// SignResult is what was measured.
struct SignResult {
  std::vector<SignThread> threads;
  Histogram latency;             // of a link, in ns
  signing::MemoStatistics memo;  // memo mode: of the measured time
  std::uint64_t links_per_second() const noexcept;
  std::uint64_t bare_per_second() const noexcept;

  /// ratio is links to bare signatures per second of the wall clock; cpu_ratio per second of CPU
  /// time, which other processes on the machine disturb less.
  [[nodiscard]] double ratio() const noexcept;
  [[nodiscard]] double cpu_ratio() const noexcept;
};

/// run_sign signs canned links with `key` on plan.threads threads, and in turn, in slices of a
/// tenth of a second at the same time on all threads, has OpenSSL sign bare digests: whatever else
/// the machine does falls on both sides alike. At the end one link of each thread is verified.
/// signing_failed when that, or any signature, fails.
[[nodiscard]] signing::Result<SignResult> run_sign(const signing::SigningKey& key,
                                                   const SignPlan& plan);

}  // namespace signgate::bench
