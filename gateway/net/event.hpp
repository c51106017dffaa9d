// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "gateway/base/clock.hpp"
#include "gateway/net/io.hpp"

namespace signgate::net {

/// Event lets coroutines of one worker wait for each other. It has no memory: who waits looks
/// first whether what he waits for has happened already, and again afterwards.
class Event {
 public:
  explicit Event(const Executor& executor) : timer_(executor) {}

  /// wait returns after the next notify().
  [[nodiscard]] Awaitable<void> wait();

  /// wait_for also returns when `span` has passed.
  [[nodiscard]] Awaitable<void> wait_for(Milliseconds span);

  /// notify wakes who waits now.
  void notify() { timer_.cancel(); }

 private:
  asio::basic_waitable_timer<std::chrono::steady_clock,
                             asio::wait_traits<std::chrono::steady_clock>, Executor>
      timer_;
};

}  // namespace signgate::net
