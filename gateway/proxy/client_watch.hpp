// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "gateway/config/config.hpp"
#include "gateway/net/deadline.hpp"
#include "gateway/net/stream.hpp"
#include "gateway/proxy/client_stream.hpp"

namespace signgate::proxy {

/// client_left is the error of a request that nobody waits for any more: status 499.
[[nodiscard]] Error client_left();

/// watch_of asks whether the client is still there; empty, which means that nobody asks, where
/// `proxy_ignore_client_abort` says so. It borrows the client.
[[nodiscard]] std::function<bool()> watch_of(ClientStream& client,
                                             const config::Settings& settings);

/// ClientWatch ends what is under way on a new connection to an upstream when `is_wanted` says no:
/// it looks every limits::watch_interval. Without `is_wanted` it does nothing. It borrows both; the
/// worker's thread.
class ClientWatch {
 public:
  ClientWatch(const std::function<bool()>& is_wanted, net::Stream& upstream,
              net::DeadlineWheel& wheel);
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

  /// has_left says that the connection was given up, or, looking once more, that it is to be.
  [[nodiscard]] bool has_left();

 private:
  static void on_step(void* self);

  const std::function<bool()>& is_wanted_;
  net::Stream& upstream_;
  net::Deadline step_;
  bool has_left_ = false;
};

}  // namespace signgate::proxy
