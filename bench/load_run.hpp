// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>

#include "bench/histogram.hpp"
#include "bench/load_target.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/error.hpp"

namespace signgate::bench {

/// LoadError says how an exchange failed without a whole answer.
enum class LoadError : std::uint8_t {
  connect,    // no connection
  closed,     // reset, or closed within an answer or instead of one
  timed_out,  // no whole answer within the time limit
  malformed,  // what came is no HTTP/1 answer
};
inline constexpr std::size_t load_error_count = 4;

/// load_error_name is the kind's stable name, such as "timed_out".
[[nodiscard]] std::string_view load_error_name(LoadError error) noexcept;

/// LoadPlan says how hard to ask, and when to stop.
struct LoadPlan {
  unsigned threads = 1;
  unsigned connections = 64;      // in all; dealt out to the threads
  Milliseconds duration{10'000};  // when `requests` is 0
  std::uint64_t requests = 0;     // stop after so many, failed ones among them
  double rate = 0;                // requests a second of an open loop; 0: a closed loop
  Milliseconds timeout{10'000};   // for one connect, and for one exchange
};

/// LoadResult is what was seen.
struct LoadResult {
  std::map<unsigned, std::uint64_t> statuses;  // whole answers by status
  std::array<std::uint64_t, load_error_count> errors{};
  std::uint64_t bytes = 0;  // received, heads and framing among them
  std::chrono::nanoseconds elapsed{};
  // ns to the answer's last byte, from the request's first; in an open loop from when it was due
  Histogram latency;

  // Of an open loop alone.
  std::uint64_t due = 0;               // requests that the schedule has
  std::uint64_t sent = 0;              // of them, those that failed to connect among them
  std::chrono::nanoseconds sending{};  // what the schedule takes, or up to the last that was sent

  [[nodiscard]] std::uint64_t answers() const noexcept { return latency.count(); }
  [[nodiscard]] std::uint64_t unsent() const noexcept { return due - sent; }

  /// rate_reached is requests sent a second; of an open loop alone.
  [[nodiscard]] double rate_reached() const noexcept;
  [[nodiscard]] std::uint64_t error_sum() const noexcept;
};

/// run_load asks over kept-alive connections, and connects anew when the other side closed. Each
/// thread has its own connections and event loop. Blocks until all is done. Fails with
/// connect_failed when the host's name does not resolve, which is tried once, at the start.
///
/// A closed loop: each connection sends its next request when the answer to the last one is
/// complete. Answers that are under way when the time is up are neither answers nor errors. It asks
/// less while the server stalls, so its percentiles flatter a server that stalls now and then
/// (coordinated omission).
///
/// An open loop (`rate` above 0): requests are due at even intervals, dealt out to the threads in
/// turn, and sent by whichever of the thread's connections is free; when none is they wait, and
/// their latency runs. Connections are opened in a moment before the first is due; one that the
/// server closed while it was idle is opened anew. With `requests` all are sent, however late.
/// Otherwise none is begun once `duration` is over, which leaves the rest unsent; what is under way
/// then is waited for, up to the timeout.
[[nodiscard]] Result<LoadResult> run_load(const LoadTarget& target, const LoadPlan& plan);

}  // namespace signgate::bench
