// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "bench/statistics.hpp"
#include "gateway/base/error.hpp"

namespace signgate::bench {

/// TurnPlan is how long what takes turns is measured.
struct TurnPlan {
  std::chrono::nanoseconds side = std::chrono::milliseconds(200);  // of a round, for each side
  unsigned rounds = 7;  // that count; one more is the first
};

/// TurnSide is what one side did in a round: how often, and in how much of the thread's CPU time.
struct TurnSide {
  std::uint64_t count = 0;
  std::chrono::nanoseconds cpu{0};

  /// cpu_seconds is the CPU time of one step; 0 without a step.
  [[nodiscard]] double cpu_seconds() const noexcept;
};

/// TurnRound is a round: what each side did, in the order of the sides.
using TurnRound = std::vector<TurnSide>;

/// TurnStep does what is measured, once; an error ends the measurement.
using TurnStep = std::function<Result<void>()>;

/// take_turns has this thread take the steps of all sides in slices of 20 ms at most, in turn, so
/// that whatever else the machine does falls on all alike; each side takes a step at least in every
/// round. Returns the rounds that count, or a step's error.
[[nodiscard]] Result<std::vector<TurnRound>> take_turns(const std::vector<TurnStep>& sides,
                                                        const TurnPlan& plan);

/// over_rounds sums up what `value` makes of each round.
template <class Value>
[[nodiscard]] Summary over_rounds(const std::vector<TurnRound>& rounds, Value value) {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const TurnRound& round : rounds)
    values.push_back(value(round));
  return summarise(values);
}

}  // namespace signgate::bench
