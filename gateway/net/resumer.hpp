// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "gateway/net/io.hpp"

namespace signgate::net {

/// resumer is a function that goes on with `handler` on `home`, to be called once, on any thread;
/// it keeps that worker's loop alive until then. (A std::function is copied, which a handler cannot
/// be.)
template <class Handler>
[[nodiscard]] std::function<void()> resumer(const Executor& home, Handler handler) {
  auto shared = std::make_shared<Handler>(std::move(handler));
  auto guard = std::make_shared<asio::executor_work_guard<Executor>>(asio::make_work_guard(home));
  return [home, shared, guard] {
    asio::post(home, std::move(*shared));
    guard->reset();
  };
}

}  // namespace signgate::net
