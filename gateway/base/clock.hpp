// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace signgate {

/// Milliseconds is how the configuration and the deadlines measure spans.
using Milliseconds = std::chrono::milliseconds;

/// SteadyTime measures spans; it never goes back.
using SteadyTime = std::chrono::steady_clock::time_point;

/// UnixSeconds is a point in time as policies carry it: seconds since 1970-01-01 UTC, without leap
/// seconds.
using UnixSeconds = std::int64_t;

/// unix_now reads the system clock, to the second. Only the shell calls it; the core is handed the
/// time.
[[nodiscard]] inline UnixSeconds unix_now() noexcept {
  return std::time(nullptr);
}

}  // namespace signgate
