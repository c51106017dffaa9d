// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/event_loop.hpp"

#include "gateway/base/fault.hpp"
#include "gateway/proxy/error_log.hpp"

namespace signgate::server {

void run_loop(boost::asio::io_context& context, std::string_view whose) {
  while (true) {
    try {
      context.run();
      return;
    } catch (...) {
      proxy::log(proxy::ErrorLevel::alert, "the event loop of {} goes on after {}", whose,
                 fault_of(std::current_exception()).detail);
    }
  }
}

}  // namespace signgate::server
