// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <string>

#include "gateway/proxy/client_stream.hpp"
#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// RequestPump moves a request's body upstream while the answer is awaited: one part is read when
/// the one before it was taken. It must be waited for before the two ends it works on go away.
class RequestPump {
 public:
  struct Limits {
    Milliseconds read_timeout;    // client_body_timeout
    Milliseconds send_timeout;    // proxy_send_timeout
    Milliseconds answer_timeout;  // proxy_read_timeout: counts once the request is sent
    std::uint64_t max_size = 0;   // client_max_body_size; 0 = none
  };

  RequestPump(ClientStream& client, upstream::Exchange& upstream, const Limits& limits);

  /// start lets it run on the worker of the calling coroutine.
  void start(const net::Executor& executor);

  /// wait returns when it has ended, with what ended it.
  [[nodiscard]] net::Awaitable<Result<void>> wait();

  /// stop makes it end early: the upstream's connection is of no use afterwards, and of the
  /// client's only what is written to it.
  void stop() noexcept;

  [[nodiscard]] bool ended() const noexcept { return result_.has_value(); }
  [[nodiscard]] const std::optional<Result<void>>& result() const noexcept { return result_; }

 private:
  using Event = net::asio::basic_waitable_timer<
      std::chrono::steady_clock, net::asio::wait_traits<std::chrono::steady_clock>, net::Executor>;

  [[nodiscard]] net::Awaitable<void> pump();
  [[nodiscard]] net::Awaitable<Result<void>> move_body();

  ClientStream& client_;
  upstream::Exchange& upstream_;
  Limits limits_;
  std::optional<Event> done_;
  std::optional<Result<void>> result_;
};

}  // namespace signgate::proxy
