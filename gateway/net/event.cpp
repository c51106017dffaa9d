// SPDX-License-Identifier: Apache-2.0
// Not in the header: GCC names what a coroutine's frame holds anew in each unit that has it.
#include "gateway/net/event.hpp"

namespace signgate::net {

Awaitable<void> Event::wait() {
  timer_.expires_at(SteadyTime::max());
  const auto [ended] = co_await timer_.async_wait(as_values);
  static_cast<void>(ended);
}

Awaitable<void> Event::wait_for(Milliseconds span) {
  timer_.expires_after(span);
  const auto [ended] = co_await timer_.async_wait(as_values);
  static_cast<void>(ended);
}

}  // namespace signgate::net
