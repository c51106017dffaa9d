// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gateway/net/event.hpp"
#include "gateway/proxy/request_body.hpp"
#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// RequestPump moves a request's body upstream while the answer is awaited: one part is read when
/// the one before it was taken. It must be waited for before the ends it works on go away.
class RequestPump {
 public:
  struct Options {
    Milliseconds send_timeout;        // proxy_send_timeout
    Milliseconds answer_timeout;      // proxy_read_timeout: counts once the request is sent
    bool chunked = false;             // the body goes out in chunks
    bool pass_trailers = false;       // what follows a chunked body is passed on
    bool drop_digests = false;        // but for digests of the body
    std::function<bool()> is_wanted;  // see upstream::Exchange::watch
  };

  RequestPump(BodySource& body, upstream::Exchange& upstream, Options options);

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
  [[nodiscard]] net::Awaitable<void> pump();
  [[nodiscard]] net::Awaitable<Result<void>> move_body();
  [[nodiscard]] Result<void> make_ending();

  BodySource& body_;
  upstream::Exchange& upstream_;
  Options options_;
  std::string ending_;  // the last chunk and the trailers
  std::optional<net::Event> done_;
  std::optional<Result<void>> moved_;
  std::optional<Result<void>> result_;  // moved_, once nothing is under way any more
};

}  // namespace signgate::proxy
