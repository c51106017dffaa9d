// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "gateway/net/io.hpp"

namespace signgate::net {

/// spawn_child has the coroutine that `work()` gives run beside the one that calls it, on the same
/// worker. `ended` is called once, with what was thrown or null, when it has ended, and also when
/// it could not be started. Whoever owns what it uses has to wait for that call, whatever he meets
/// himself: see fault_of.
template <class Work, class Ended>
void spawn_child(const Executor& executor, const Work& work, const Ended& ended) {
  std::exception_ptr thrown;
  try {
    asio::co_spawn(executor, work(), ended);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown) ended(thrown);
}

}  // namespace signgate::net
