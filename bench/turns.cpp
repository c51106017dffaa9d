// SPDX-License-Identifier: Apache-2.0
#include "bench/turns.hpp"

#include <time.h>

#include <algorithm>

namespace signgate::bench {
namespace {

using std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

constexpr nanoseconds longest_slice = std::chrono::milliseconds(20);

nanoseconds thread_cpu_time() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

// At least one step, as the core may have been somebody else's for the whole slice.
Result<void> take_slice(const TurnStep& step, nanoseconds slice, TurnSide& side) {
  const nanoseconds cpu = thread_cpu_time();
  const Clock::time_point end = Clock::now() + slice;
  do {
    const Result<void> done = step();
    if (!done) return done;
    ++side.count;
  } while (Clock::now() < end);
  side.cpu += thread_cpu_time() - cpu;
  return {};
}

Result<TurnRound> take_round(const std::vector<TurnStep>& sides, const TurnPlan& plan) {
  TurnRound round(sides.size());
  nanoseconds left = plan.side;
  do {
    const nanoseconds slice = std::min(left, longest_slice);
    for (std::size_t i = 0; i < sides.size(); ++i) {
      const Result<void> taken = take_slice(sides[i], slice, round[i]);
      if (!taken) return taken.error();
    }
    left -= slice;
  } while (left > nanoseconds(0));
  return round;
}

}  // namespace

double TurnSide::cpu_seconds() const noexcept {
  if (count == 0) return 0;
  return std::chrono::duration<double>(cpu).count() / static_cast<double>(count);
}

Result<std::vector<TurnRound>> take_turns(const std::vector<TurnStep>& sides,
                                          const TurnPlan& plan) {
  std::vector<TurnRound> rounds;
  for (unsigned i = 0; i <= plan.rounds; ++i) {
    auto round = take_round(sides, plan);
    if (!round) return round.error();
    if (i > 0) rounds.push_back(*std::move(round));  // the first is the warm-up
  }
  return rounds;
}

}  // namespace signgate::bench
