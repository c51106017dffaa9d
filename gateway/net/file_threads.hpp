// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <mutex>

#include "gateway/net/io.hpp"

namespace signgate::net {

/// FileThreads do the system calls that may wait for a disk, so that no event loop does: a
/// directory that has to be looked up, a write while the page cache is full of dirty pages. The
/// threads start with the first job. Each request has one job at most, so the queue needs no bound
/// of its own. Shared by all workers; all members may be called from any of them.
class FileThreads {
 public:
  FileThreads();
  ~FileThreads();
  FileThreads(const FileThreads&) = delete;
  FileThreads& operator=(const FileThreads&) = delete;

  /// run does `job` on one of the threads and resumes the caller on its own worker, with what the
  /// job threw, if it did. What the job refers to must live until then.
  [[nodiscard]] Awaitable<void> run(std::function<void()> job);

  /// later has `job` done some time; it owns what it needs and must not throw. All are done before
  /// the threads end.
  void later(std::function<void()> job);

 private:
  [[nodiscard]] asio::thread_pool& threads();

  std::once_flag started_;
  std::unique_ptr<asio::thread_pool> threads_;
};

}  // namespace signgate::net
