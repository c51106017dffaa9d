// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

/// When the requests of an open loop are due. No clock: the caller says what time it is.
namespace signgate::bench {

/// requests_due is how many requests of `rate` a second (above 0) are due before `span` has passed,
/// the first of them at once: at least 1 for a span above 0, and at most 2^53.
[[nodiscard]] std::uint64_t requests_due(double rate, std::chrono::nanoseconds span) noexcept;

/// LoadSchedule deals out the requests of one part of an open loop, which is one thread's: request
/// k of the whole is due k / rate seconds after the start and belongs to part k mod `parts`. One
/// thread.
class LoadSchedule {
 public:
  /// LoadSchedule is part `part` (from 0 on) of `parts` of `requests` at `rate` a second. From
  /// `end` on nothing is dealt out any more; times are since the start.
  LoadSchedule(double rate, std::uint64_t requests, std::chrono::nanoseconds end, unsigned parts,
               unsigned part) noexcept;

  /// take deals out the next request, always the one due first: the time at which it is due, which
  /// may have passed. Nothing when all have been taken, or when `now` is `end` or later: what is
  /// left then could not be sent in time.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> take(std::chrono::nanoseconds now) noexcept;

  /// left is how many have not been taken.
  [[nodiscard]] std::uint64_t left() const noexcept;

  /// size is how many requests this part has in all.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  double rate_;
  std::chrono::nanoseconds end_;
  std::uint64_t parts_;
  std::uint64_t next_;  // of the whole
  std::uint64_t size_;
  std::uint64_t taken_ = 0;
};

}  // namespace signgate::bench
