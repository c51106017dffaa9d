// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <mutex>

#include "gateway/base/limits.hpp"
#include "gateway/net/io.hpp"

namespace signgate::net {

/// PasswordThreads check passwords against hashes that take long by design. They are apart from
/// SignerPool's and yield to them (nice), so that whoever tries passwords by the thousand makes no
/// page wait for its signatures; and few may wait for them, since anybody may send such a request.
/// The threads start with the first check. Shared by all workers; all members may be called from
/// any of them.
class PasswordThreads {
 public:
  /// PasswordThreads has that many threads, at least one, for which at most `queue` checks wait.
  explicit PasswordThreads(std::size_t threads, std::size_t queue = limits::password_queue);

  /// ~PasswordThreads ends when all checks have ended.
  ~PasswordThreads();
  PasswordThreads(const PasswordThreads&) = delete;
  PasswordThreads& operator=(const PasswordThreads&) = delete;

  /// run does `check` on one of the threads and resumes the caller on its own worker, with what the
  /// check threw, if it did; false, and nothing is done, when too many wait already or stop was
  /// called. What the check refers to must live until then.
  [[nodiscard]] Awaitable<bool> run(std::function<void()> check);

  /// stop lets those that wait go without being checked.
  void stop() noexcept { stopping_ = true; }

 private:
  [[nodiscard]] asio::thread_pool& threads();

  const std::size_t count_;
  const std::size_t capacity_;  // under way and waiting together
  std::atomic<std::size_t> taken_ = 0;
  std::atomic<bool> stopping_ = false;
  std::once_flag started_;
  std::unique_ptr<asio::thread_pool> threads_;
};

}  // namespace signgate::net
