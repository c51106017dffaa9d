// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/signer_pool.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "gateway/base/fault.hpp"
#include "gateway/net/resumer.hpp"

namespace signgate::net {
namespace {

// A quarter of an event loop's share, where both want a core.
constexpr int signer_nice = 6;

}  // namespace

SignerPool::SignerPool(std::size_t threads, std::size_t queue)
    : capacity_(std::max<std::size_t>(queue, 1)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i)
    threads_.emplace_back([this] { work(); });
}

SignerPool::~SignerPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    offered_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
}

Awaitable<void> SignerPool::run(std::function<void()> job) {
  const Executor home = co_await asio::this_coro::executor;
  std::exception_ptr thrown;
  // The initiation is named first and then awaited: see the coroutine rules.
  auto initiation = asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [this, &job, &thrown, home](auto handler) {
        auto resume = resumer(home, std::move(handler));
        submit([&job, &thrown, resume = std::move(resume)] {
          thrown = thrown_by(job);
          resume();
        });
      },
      asio::use_awaitable_t<Executor>());
  co_await std::move(initiation);
  if (thrown) std::rethrow_exception(thrown);
}

Awaitable<void> SignerPool::landed(std::shared_ptr<signing::Flight> flight) {
  const Executor home = co_await asio::this_coro::executor;
  auto initiation = asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [&flight, home](auto handler) {
        const auto resume = resumer(home, std::move(handler));
        if (!flight->when_landed(resume)) resume();
      },
      asio::use_awaitable_t<Executor>());
  co_await std::move(initiation);
}

void SignerPool::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    (queue_.size() < capacity_ ? queue_ : waiting_).push_back(std::move(job));
  }
  changed_.notify_one();
}

bool SignerPool::offer(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || offered_.size() >= capacity_) return false;
    offered_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

bool SignerPool::next(Job& job) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ending_ || !queue_.empty() || !offered_.empty(); });
  if (!queue_.empty()) {
    job = std::move(queue_.front());
    queue_.pop_front();
    if (!waiting_.empty()) {
      queue_.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
  } else if (!offered_.empty()) {
    job = std::move(offered_.front());
    offered_.pop_front();
  } else {
    return false;
  }
  ++jobs_;
  return true;
}

void SignerPool::work() {
  // Linux has a niceness for each thread; elsewhere, and where it is refused, all are alike.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), signer_nice);
  Job job;
  while (next(job)) {
    job();
    job = nullptr;
  }
}

SignerPoolStatistics SignerPool::statistics() const {
  const std::lock_guard lock(mutex_);
  return {.queued = queue_.size(), .waiting = waiting_.size(), .jobs = jobs_};
}

}  // namespace signgate::net
