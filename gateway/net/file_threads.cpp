// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/file_threads.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "gateway/base/limits.hpp"

namespace signgate::net {

FileThreads::FileThreads() = default;

FileThreads::~FileThreads() {
  if (threads_) threads_->join();
}

asio::thread_pool& FileThreads::threads() {
  std::call_once(started_,
                 [this] { threads_ = std::make_unique<asio::thread_pool>(limits::file_threads); });
  return *threads_;
}

void FileThreads::later(std::function<void()> job) {
  asio::post(threads(), std::move(job));
}

Awaitable<void> FileThreads::run(std::function<void()> job) {
  const Executor home = co_await asio::this_coro::executor;
  auto initiation = asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [this, &job, home](auto handler) {
        // The guard keeps the worker's loop alive while nothing else would.
        auto guard = asio::make_work_guard(home);
        asio::post(threads(),
                   [&job, home, guard = std::move(guard), handler = std::move(handler)]() mutable {
                     job();
                     asio::post(home, std::move(handler));
                     guard.reset();
                   });
      },
      asio::use_awaitable_t<Executor>());
  co_await std::move(initiation);
}

}  // namespace signgate::net
