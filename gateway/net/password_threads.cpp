// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/password_threads.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "gateway/base/fault.hpp"
#include "gateway/net/resumer.hpp"

namespace signgate::net {
namespace {

// Less of a core than a signer's thread gets, which gets less than an event loop.
constexpr int password_nice = 12;

}  // namespace

PasswordThreads::PasswordThreads(std::size_t threads, std::size_t queue)
    : count_(std::max<std::size_t>(threads, 1)), capacity_(count_ + queue) {}

PasswordThreads::~PasswordThreads() {
  if (threads_) threads_->join();
}

asio::thread_pool& PasswordThreads::threads() {
  std::call_once(started_, [this] { threads_ = std::make_unique<asio::thread_pool>(count_); });
  return *threads_;
}

Awaitable<bool> PasswordThreads::run(std::function<void()> check) {
  if (taken_.fetch_add(1) >= capacity_) {
    taken_.fetch_sub(1);
    co_return false;
  }
  const Executor home = co_await asio::this_coro::executor;
  bool checked = false;
  std::exception_ptr thrown;
  auto initiation = asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [this, &check, &checked, &thrown, home](auto handler) {
        asio::post(threads(),
                   [this, &check, &checked, &thrown, resume = resumer(home, std::move(handler))] {
                     // Linux has a niceness for each thread; elsewhere, and where it is refused,
                     // all are alike.
                     setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), password_nice);
                     checked = !stopping_;
                     if (checked) thrown = thrown_by(check);
                     taken_.fetch_sub(1);
                     resume();
                   });
      },
      asio::use_awaitable_t<Executor>());
  co_await std::move(initiation);
  if (thrown) std::rethrow_exception(thrown);
  co_return checked;
}

}  // namespace signgate::net
