// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/signer_pool.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/this_coro.hpp>

namespace signgate::net {

Awaitable<void> SignerPool::run(std::function<void()> job) {
  const Executor home = co_await asio::this_coro::executor;
  // The initiation is named first and then awaited: see the coroutine rules.
  auto initiation = asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [this, &job, home](auto handler) {
        auto guard = asio::make_work_guard(home);
        asio::post(pool_,
                   [&job, home, handler = std::move(handler), guard = std::move(guard)]() mutable {
                     job();
                     asio::post(home, std::move(handler));
                   });
      },
      asio::use_awaitable_t<Executor>());
  co_await std::move(initiation);
}

}  // namespace signgate::net
