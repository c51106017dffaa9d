// SPDX-License-Identifier: Apache-2.0
#include "bench/sign_run.hpp"

#include <time.h>

#include <barrier>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "bench/bare_signer.hpp"
#include "policy/cloudfront_statement.hpp"
#include "signing/signed_url.hpp"
#include "signing/verifier.hpp"

namespace signgate::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr nanoseconds slice = std::chrono::milliseconds(100);
constexpr signing::UnixSeconds first_expiry = 1893456000;

nanoseconds thread_cpu_time() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

std::vector<std::string> make_links(std::size_t count) {
  std::vector<std::string> links;
  links.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    links.push_back("https://d111111abcdef8.cloudfront.net/private/albums/" +
                    std::to_string(i / 1000) + "/photo-" + std::to_string(i) + ".jpg");
  }
  return links;
}

/// Worker is one thread: it signs links as the proxy does, and bare digests, in turn.
class Worker {
 public:
  Worker(const signing::SigningKey& key, const SignPlan& plan,
         const std::vector<std::string>& links, signing::SignatureMemo& memo, unsigned number)
      : key_(key), plan_(plan), links_(links), memo_(memo), bare_(key), next_(number) {}

  [[nodiscard]] bool ready() const noexcept { return bare_.ready(); }

  /// run works from `start` until the plan's time is over; false when a signature failed.
  bool run(Clock::time_point start) {
    const Clock::time_point end = start + plan_.duration;
    Clock::time_point now = Clock::now();
    while (now < end) {
      const auto turn = (now - start) / slice;
      const Clock::time_point change = std::min(end, start + (turn + 1) * slice);
      if (!(turn % 2 == 0
                ? work(share.links, &latency, change, now, [this] { return sign_link(); })
                : work(share.bare, nullptr, change, now, [this] { return bare_.sign(); })))
        return false;
    }
    return verify_last();
  }

  /// sign_link makes one link whole. In cold mode each round over the links has an expiry of its
  /// own.
  bool sign_link() {
    const std::size_t index = next_ % links_.size();
    const auto round = static_cast<signing::UnixSeconds>(next_ / links_.size());
    next_ += plan_.threads;
    const auto ready = signing::prepare_url(links_[index], signing::Resign::replace);
    if (!ready) return false;
    const signing::UnixSeconds expires = first_expiry + (plan_.mode == SignMode::cold ? round : 0);
    policy_.clear();
    policy::append_canned_policy(policy_, ready->resource, expires);
    if (plan_.mode == SignMode::cold || !memo_.find(signing::memo_key(key_, policy_), signature_)) {
      auto made = signing::sign_policy(key_, policy_);
      if (!made) return false;
      signature_ = *std::move(made);
      if (plan_.mode == SignMode::memo) memo_.insert(signing::memo_key(key_, policy_), signature_);
    }
    url_ = signing::assemble_url(ready->resource, ready->fragment,
                                 {.expires = expires,
                                  .policy = {},
                                  .signature = signature_,
                                  .key_pair_id = key_.key_pair_id,
                                  .hash = key_.hash});
    return true;
  }

  SignThread share;
  Histogram latency;

 private:
  /// work repeats `step` until `change`; `now` is the time that it ended at.
  template <class Step>
  static bool work(SignSide& side, Histogram* times, Clock::time_point change,
                   Clock::time_point& now, Step step) {
    const nanoseconds cpu = thread_cpu_time();
    const Clock::time_point begin = now;
    while (now < change) {
      if (!step()) return false;
      const Clock::time_point done = Clock::now();
      if (times != nullptr) times->record(static_cast<std::uint64_t>((done - now).count()));
      now = done;
      ++side.count;
    }
    side.busy += now - begin;
    side.cpu += thread_cpu_time() - cpu;
    return true;
  }

  [[nodiscard]] bool verify_last() const {
    if (url_.empty()) return true;
    const signing::TrustedKeys keys{{key_.key_pair_id, key_.key.public_key()}};
    return signing::verify_url(url_, keys, {first_expiry - 1, std::nullopt}).has_value();
  }

  const signing::SigningKey& key_;
  const SignPlan& plan_;
  const std::vector<std::string>& links_;
  signing::SignatureMemo& memo_;
  BareSigner bare_;
  std::size_t next_;
  std::string policy_;
  std::string signature_;
  std::string url_;
};

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

}  // namespace

double SignSide::per_second() const noexcept {
  return rate(count, busy);
}
double SignSide::per_cpu_second() const noexcept {
  return rate(count, cpu);
}

std::uint64_t SignResult::links_per_second() const noexcept {
  return static_cast<std::uint64_t>(
      sum(threads, [](const auto& t) { return t.links.per_second(); }));
}

std::uint64_t SignResult::bare_per_second() const noexcept {
  return static_cast<std::uint64_t>(
      sum(threads, [](const auto& t) { return t.bare.per_second(); }));
}

double SignResult::ratio() const noexcept {
  const double bare = sum(threads, [](const auto& t) { return t.bare.per_second(); });
  return bare > 0 ? sum(threads, [](const auto& t) { return t.links.per_second(); }) / bare : 0;
}

double SignResult::cpu_ratio() const noexcept {
  const double bare = sum(threads, [](const auto& t) { return t.bare.per_cpu_second(); });
  return bare > 0 ? sum(threads, [](const auto& t) { return t.links.per_cpu_second(); }) / bare : 0;
}

signing::Result<SignResult> run_sign(const signing::SigningKey& key, const SignPlan& plan) {
  const signing::Error failed{signing::ErrorCode::signing_failed,
                              "a signature could not be made, or did not verify"};
  const std::vector<std::string> links = make_links(plan.links);
  signing::SignatureMemo memo(plan.memo_bytes);
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned i = 0; i < plan.threads; ++i) {
    workers.push_back(std::make_unique<Worker>(key, plan, links, memo, i));
    if (!workers.back()->ready()) return failed;
  }
  if (plan.mode == SignMode::memo) {
    SignPlan alone = plan;
    alone.threads = 1;
    Worker warm_up(key, alone, links, memo, 0);
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (!warm_up.sign_link()) return failed;
    }
  }
  const signing::MemoStatistics before = memo.statistics();
  std::vector<char> good(plan.threads, 0);
  {
    Clock::time_point start;
    std::barrier ready(static_cast<std::ptrdiff_t>(plan.threads),
                       [&start]() noexcept { start = Clock::now(); });
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < plan.threads; ++i) {
      threads.emplace_back([&, i] {
        ready.arrive_and_wait();
        good[i] = workers[i]->run(start) ? 1 : 0;
      });
    }
  }
  SignResult result;
  for (unsigned i = 0; i < plan.threads; ++i) {
    if (good[i] == 0) return failed;
    result.threads.push_back(workers[i]->share);
    result.latency.merge(workers[i]->latency);
  }
  result.memo = memo.statistics();
  result.memo.hits -= before.hits;
  result.memo.misses -= before.misses;
  result.memo.evictions -= before.evictions;
  return result;
}

}  // namespace signgate::bench
