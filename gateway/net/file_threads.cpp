// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/file_threads.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "gateway/base/fault.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/net/resumer.hpp"

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
  std::exception_ptr thrown;
  auto initiation = asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [this, &job, &thrown, home](auto handler) {
        asio::post(threads(), [&job, &thrown, resume = resumer(home, std::move(handler))] {
          thrown = thrown_by(job);
          resume();
        });
      },
      asio::use_awaitable_t<Executor>());
  co_await std::move(initiation);
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace signgate::net
