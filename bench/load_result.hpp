// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "bench/histogram.hpp"
#include "bench/link_check.hpp"

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

/// LoadResult is what was seen.
struct LoadResult {
  std::map<unsigned, std::uint64_t> statuses;  // whole answers by status
  std::array<std::uint64_t, load_error_count> errors{};
  std::uint64_t bytes = 0;  // received, heads and framing among them
  std::chrono::nanoseconds elapsed{};
  // ns to the answer's last byte, from the request's first; in an open loop from when it was due
  Histogram latency;

  std::optional<LinkCheck> links = {};  // of a plan with a links_key

  // Of an open loop alone.
  std::uint64_t due = 0;               // requests that the schedule has
  std::uint64_t sent = 0;              // of them, those that failed to connect among them
  std::chrono::nanoseconds sending{};  // what the schedule takes, or up to the last that was sent

  [[nodiscard]] std::uint64_t answers() const noexcept { return latency.count(); }
  [[nodiscard]] std::uint64_t unsent() const noexcept { return due - sent; }

  /// rate_reached is requests sent a second; of an open loop alone.
  [[nodiscard]] double rate_reached() const noexcept;
  [[nodiscard]] std::uint64_t error_sum() const noexcept;

  /// merge adds what another thread has seen; `elapsed` is left to the caller.
  void merge(const LoadResult& part);
};

}  // namespace signgate::bench
