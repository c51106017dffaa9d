// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/base/limits.hpp"
#include "gateway/net/io.hpp"
#include "signing/flight.hpp"

namespace signgate::net {

/// SignerPoolStatistics are of now, but for `jobs`, which counts since the start.
struct SignerPoolStatistics {
  std::size_t queued = 0;   // jobs that a thread may take
  std::size_t waiting = 0;  // callers that wait for a place in the queue
  std::uint64_t jobs = 0;
};

/// SignerPool runs signing off the event loops: a batch of links is one job, so the hop between
/// threads is paid once a batch. First come, first served, from a bounded queue; who finds it full
/// waits for a place and reads nothing more meanwhile, and nothing is dropped. The threads yield
/// to the event loops (nice), so that a page with thousands of cold links is slow for itself.
/// Shared by all workers; all members may be called from any of them.
class SignerPool {
 public:
  /// SignerPool starts that many threads, at least one.
  explicit SignerPool(std::size_t threads, std::size_t queue = limits::signer_queue);

  /// ~SignerPool ends when all jobs are done, but for those merely offered.
  ~SignerPool();
  SignerPool(const SignerPool&) = delete;
  SignerPool& operator=(const SignerPool&) = delete;

  /// run does `job` on a thread of the pool and resumes the caller on its own worker, with what the
  /// job threw, if it did. What the job refers to must live until then.
  [[nodiscard]] Awaitable<void> run(std::function<void()> job);

  /// landed resumes the caller on its own worker once the flight has landed.
  [[nodiscard]] static Awaitable<void> landed(std::shared_ptr<signing::Flight> flight);

  /// offer has `job` done when nothing else is queued; false, and nothing is kept, when enough of
  /// that kind waits already. The job owns what it needs and must not throw.
  bool offer(std::function<void()> job);

  [[nodiscard]] SignerPoolStatistics statistics() const;

 private:
  using Job = std::function<void()>;

  void submit(Job job);
  void work();
  [[nodiscard]] bool next(Job& job);

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  std::deque<Job> waiting_;
  std::deque<Job> offered_;
  std::uint64_t jobs_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace signgate::net
