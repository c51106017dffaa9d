// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/server/worker.hpp"

namespace signgate::server {

/// WorkerTeam owns the workers: those that serve, each with a place of its own from 0 on, and those
/// that are leaving, which end with their connections. A thread of its own waits for their ends, so
/// that nobody else has to. What the process counts it counts over all of them, those that have
/// ended included. Source: nginx, workers of an old configuration that shut down while others
/// serve.
///
/// hire, admit, dismiss, at and clear are for one thread; the others may be called from any.
class WorkerTeam {
 public:
  /// Make makes a worker; what it throws refuses the worker.
  using Make = std::function<std::unique_ptr<Worker>()>;
  using Workers = std::vector<std::unique_ptr<Worker>>;

  /// Sample is what the workers count.
  struct Sample {
    proxy::Counters counters;       // since the start
    std::uint64_t connections = 0;  // open now
    std::size_t workers = 0;        // that serve
    std::size_t leaving = 0;
  };

  explicit WorkerTeam(Make make);
  ~WorkerTeam();
  WorkerTeam(const WorkerTeam&) = delete;
  WorkerTeam& operator=(const WorkerTeam&) = delete;

  /// hire gets ready for `count` workers that serve: it gives those that are wanting, which run
  /// already and have neither configuration nor sockets, and has done what dismiss needs. Fails
  /// with `resource`, one line for the operator; then nobody is hired.
  [[nodiscard]] Result<Workers> hire(std::size_t count);

  /// admit has them serve, in the places after those of the others.
  void admit(Workers newcomers);

  /// dismiss lets those leave that serve in the places from `count` on; what is left of them after
  /// `limit` (0 = none) is cut. Their sockets are somebody else's by now.
  void dismiss(std::size_t count, Milliseconds limit);

  /// size is how many serve.
  [[nodiscard]] std::size_t size() const;

  /// at is the worker that serves in that place.
  [[nodiscard]] Worker& at(std::size_t place);

  /// for_each calls `tell` for every worker, those leaving too; it must not wait for anything.
  template <class Tell>
  void for_each(const Tell& tell) {
    const std::lock_guard lock(mutex_);
    for (const auto& worker : serving_)
      tell(*worker);
    for (const auto& worker : leaving_)
      tell(*worker);
  }

  [[nodiscard]] Sample sample() const;

  /// join returns when all have ended. They stay where they are, so that stop and drain may still
  /// be told to them.
  void join();

  /// clear waits for those that were told to end, and destroys them.
  void clear();

 private:
  void watch_ends();
  void tell_of_end();

  const Make make_;
  mutable std::mutex mutex_;  // of all below but watcher_
  std::condition_variable changed_;
  Workers serving_;
  Workers leaving_;
  proxy::Counters gone_;  // of those that have left
  bool closing_ = false;
  std::thread watcher_;  // runs from the first time that somebody is to leave
};

}  // namespace signgate::server
