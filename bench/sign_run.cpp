// SPDX-License-Identifier: Apache-2.0
#include "bench/sign_run.hpp"

#include <time.h>

#include <algorithm>
#include <barrier>
#include <memory>
#include <thread>

#include "bench/bare_signer.hpp"
#include "bench/sign_work.hpp"

namespace signgate::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr nanoseconds longest_slice = std::chrono::milliseconds(100);

nanoseconds thread_cpu_time() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

/// Worker is one thread's part: it makes links, and has bare digests signed, in turn.
class Worker {
 public:
  Worker(SignFixture& fixture, const SignPlan& plan, unsigned number)
      : plan_(plan),
        sampling_(latency_sampling(plan.mode)),
        links_(fixture, plan.threads, number),
        bare_(*fixture.key) {}

  [[nodiscard]] bool ready() const noexcept { return bare_.ready(); }

  /// fill makes this thread's share of the links once.
  bool fill() {
    for (std::size_t i = 0; i < plan_.links; i += plan_.threads) {
      if (!links_.step()) return false;
    }
    return true;
  }

  /// run works for one round from `start` on; false when a signature failed.
  bool run(Clock::time_point start) {
    share = {};
    const nanoseconds slice = std::min(longest_slice, plan_.round / 2);
    const Clock::time_point end = start + plan_.round;
    Clock::time_point now = Clock::now();
    while (now < end) {
      const auto turn = (now - start) / slice;
      const Clock::time_point change = std::min(end, start + (turn + 1) * slice);
      if (!(turn % 2 == 0 ? make_links(change, now) : sign_bare(change, now))) return false;
    }
    // Other processes may have had the core for the whole of one side's turns: it has one now.
    constexpr nanoseconds one{1};
    now = Clock::now();
    if (share.links.count == 0 && !make_links(now + one, now)) return false;
    if (share.bare.count == 0 && !sign_bare(now + one, now)) return false;
    return links_.verify_last();
  }

  SignThread share;
  Histogram latency;

 private:
  /// make_links works until `change`; `now` is the time that it ended at.
  bool make_links(Clock::time_point change, Clock::time_point& now) {
    const nanoseconds cpu = thread_cpu_time();
    const Clock::time_point begin = now;
    while (now < change) {
      for (unsigned i = 1; i < sampling_; ++i) {
        if (!links_.step()) return false;
      }
      const Clock::time_point asked = sampling_ == 1 ? now : Clock::now();
      if (!links_.step()) return false;
      now = Clock::now();
      latency.record(static_cast<std::uint64_t>((now - asked).count()));
      share.links.count += sampling_;
    }
    share.links.busy += now - begin;
    share.links.cpu += thread_cpu_time() - cpu;
    return true;
  }

  bool sign_bare(Clock::time_point change, Clock::time_point& now) {
    const nanoseconds cpu = thread_cpu_time();
    const Clock::time_point begin = now;
    while (now < change) {
      if (!bare_.sign()) return false;
      now = Clock::now();
      ++share.bare.count;
    }
    share.bare.busy += now - begin;
    share.bare.cpu += thread_cpu_time() - cpu;
    return true;
  }

  const SignPlan& plan_;
  const unsigned sampling_;
  SignWork links_;
  BareSigner bare_;
};

using Workers = std::vector<std::unique_ptr<Worker>>;

/// on_all_threads has `work` done for each worker on a thread of its own, from one moment on;
/// false when one was.
template <class Work>
bool on_all_threads(Workers& workers, Work work) {
  std::vector<char> good(workers.size(), 0);
  {
    Clock::time_point start;
    std::barrier ready(static_cast<std::ptrdiff_t>(workers.size()),
                       [&start]() noexcept { start = Clock::now(); });
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < workers.size(); ++i) {
      threads.emplace_back([&, i] {
        ready.arrive_and_wait();
        good[i] = work(*workers[i], start) ? 1 : 0;
      });
    }
  }
  return std::ranges::find(good, 0) == good.end();
}

double rate(std::uint64_t count, nanoseconds time) noexcept {
  return time.count() > 0 ? static_cast<double>(count) * 1e9 / static_cast<double>(time.count())
                          : 0;
}

template <class Part>
double sum(const std::vector<SignThread>& threads, Part part) noexcept {
  double all = 0;
  for (const SignThread& thread : threads)
    all += part(thread);
  return all;
}

template <class Side>
double per_cpu_second_of(const std::vector<SignThread>& threads, Side side) noexcept {
  SignSide all;
  for (const SignThread& thread : threads) {
    all.count += side(thread).count;
    all.cpu += side(thread).cpu;
  }
  return all.per_cpu_second();
}

double quotient(double links, double bare) noexcept {
  return bare > 0 ? links / bare : 0;
}

}  // namespace

double SignSide::per_second() const noexcept {
  return rate(count, busy);
}
double SignSide::per_cpu_second() const noexcept {
  return rate(count, cpu);
}

double SignRound::links_per_second() const noexcept {
  return sum(threads, [](const auto& t) { return t.links.per_second(); });
}
double SignRound::bare_per_second() const noexcept {
  return sum(threads, [](const auto& t) { return t.bare.per_second(); });
}
double SignRound::links_per_cpu_second() const noexcept {
  return per_cpu_second_of(threads, [](const auto& t) -> const SignSide& { return t.links; });
}
double SignRound::bare_per_cpu_second() const noexcept {
  return per_cpu_second_of(threads, [](const auto& t) -> const SignSide& { return t.bare; });
}
double SignRound::ratio() const noexcept {
  return quotient(links_per_second(), bare_per_second());
}
double SignRound::cpu_ratio() const noexcept {
  return quotient(links_per_cpu_second(), bare_per_cpu_second());
}

Summary SignResult::over(double (SignRound::*rate_of)() const noexcept) const {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const SignRound& round : rounds)
    values.push_back((round.*rate_of)());
  return summarise(values);
}

signing::Result<SignResult> run_sign(const signing::SigningKey& key, const SignPlan& plan) {
  const signing::Error failed{signing::ErrorCode::signing_failed,
                              "a signature could not be made, or did not verify"};
  SignFixture fixture(key, plan.mode, plan.links, plan.memo_bytes);
  Workers workers;
  for (unsigned i = 0; i < plan.threads; ++i) {
    workers.push_back(std::make_unique<Worker>(fixture, plan, i));
    if (!workers.back()->ready()) return failed;
  }
  const bool remembers = plan.mode == SignMode::memo || plan.mode == SignMode::prefix;
  if (remembers && !on_all_threads(workers, [](Worker& worker, auto) { return worker.fill(); }))
    return failed;
  const auto run_round = [&workers] {
    return on_all_threads(workers, [](Worker& worker, auto start) { return worker.run(start); });
  };
  if (!run_round()) return failed;  // the warm-up
  for (const auto& worker : workers)
    worker->latency = Histogram();
  const signing::MemoStatistics before = fixture.memo.statistics();

  SignResult result;
  for (unsigned i = 0; i < plan.rounds; ++i) {
    if (!run_round()) return failed;
    SignRound& round = result.rounds.emplace_back();
    for (const auto& worker : workers)
      round.threads.push_back(worker->share);
  }
  for (const auto& worker : workers)
    result.latency.merge(worker->latency);
  result.memo = fixture.memo.statistics();
  result.memo.hits -= before.hits;
  result.memo.misses -= before.misses;
  result.memo.waits -= before.waits;
  result.memo.evictions -= before.evictions;
  return result;
}

}  // namespace signgate::bench
