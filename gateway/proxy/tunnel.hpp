// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "gateway/net/event.hpp"
#include "gateway/proxy/buffer_pool.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// Tunnel moves bytes both ways after a 101 (Switching Protocols), as they come, each way no faster
/// than its reader takes them. A side that ends its sending ends that way alone, the other goes on;
/// when neither way has moved anything for `idle`, or one fails, both end. A quiet tunnel holds no
/// buffer. Source: RFC 9110 section 7.8; nginx, proxy_read_timeout of upgraded connections.
class Tunnel {
 public:
  struct Limits {
    Milliseconds idle;            // proxy_read_timeout
    Milliseconds client_timeout;  // send_timeout
    Milliseconds peer_timeout;    // proxy_send_timeout
  };

  Tunnel(ClientStream& client, upstream::Exchange& upstream, BufferPool& buffers,
         const net::Executor& executor, const Limits& limits);

  /// run returns when both ways have ended; what the first that failed has met, if any. `client`
  /// has its 101 to send still.
  [[nodiscard]] net::Awaitable<Result<void>> run();

 private:
  [[nodiscard]] net::Awaitable<void> run_up();
  [[nodiscard]] net::Awaitable<Result<void>> move_up();
  [[nodiscard]] net::Awaitable<Result<void>> move_down();
  void touch() noexcept;
  void fail(const Error& error);

  ClientStream& client_;
  upstream::Exchange& upstream_;
  BufferPool& buffers_;
  net::Executor executor_;
  Limits limits_;
  net::Event up_ended_;
  bool up_done_ = false;
  std::optional<Error> failure_;
};

}  // namespace signgate::proxy
