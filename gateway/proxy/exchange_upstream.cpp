// SPDX-License-Identifier: Apache-2.0
// The upstream's half of an exchange: choosing a peer, asking it, asking the next one.
#include <array>

#include "gateway/http/text.hpp"
#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/upstream_tls.hpp"

namespace signgate::proxy {
namespace {

Milliseconds between(SteadyTime begin, SteadyTime end) {
  return std::chrono::duration_cast<Milliseconds>(end - begin);
}

}  // namespace

// Asks peer after peer until one has answered with a head.
net::Awaitable<Result<void>> Exchange::ask_upstream() {
  values_.upstream = nullptr;
  upstream::Group& group = *runtime_->groups[route_->proxy->group];
  upstream::Group::Tried tried(group.size(), false);
  bool stale = false;
  Error last{ErrorCode::no_live_upstreams, Side::upstream, Retry::no, "no live upstreams"};
  while (true) {
    const std::size_t peer = group.select(tried, services_.wheel.now());
    if (peer == upstream::Group::none) {
      if (last.code == ErrorCode::no_live_upstreams) services_.upstream_log.failed(last, values_);
      co_return last;
    }
    values_.upstream_addr = group.peer(peer).text;
    values_.upstream_status = 0;
    const Result<void> asked = co_await attempt(group, peer);
    if (asked) co_return asked;
    last = asked.error();
    const bool unsent = last.code == ErrorCode::connect_failed || !upstream_;
    const bool repeatable = !sent_body_ && (unsent || http::is_idempotent(client_.head().method));
    const bool reused = upstream_ && upstream_->connection().requests > 1;
    // A kept connection that died before the first byte says nothing about its peer: asked once
    // more.
    const bool excused = last.retry == Retry::reused_only && reused && !stale;
    if (pump_) {
      pump_->stop();
      const Result<void> moved = co_await pump_->wait();
      if (!moved && moved.error().side == Side::client &&
          moved.error().code != ErrorCode::cancelled)
        last = moved.error();
      pump_.reset();
    }
    upstream_.reset();
    if (!excused && last.code != ErrorCode::cancelled) services_.upstream_log.failed(last, values_);
    group.report(peer, !excused && last.side == Side::upstream, services_.wheel.now());
    const bool transient = last.side == Side::upstream && last.code != ErrorCode::bad_response &&
                           last.code != ErrorCode::header_too_large;
    if (!repeatable || !transient) co_return last;
    if (excused) {
      stale = true;
    } else {
      tried[peer] = true;
    }
  }
}

net::Awaitable<Result<void>> Exchange::attempt(upstream::Group& group, std::size_t peer) {
  const upstream::TlsTarget target = tls_target(*runtime_, *route_, values_);
  std::unique_ptr<upstream::Connection> connection = group.take_idle(peer, target);
  if (!connection) {
    const net::Executor executor = services_.context.get_executor();
    auto fresh =
        std::make_unique<upstream::Connection>(net::Socket(executor), services_.wheel, peer);
    const net::Endpoint endpoint = group.peer(peer).endpoint;
    const Result<void> connected =
        co_await fresh->stream.connect(endpoint, settings().proxy_connect_timeout);
    if (!connected) co_return connected;
    if (target.context) {
      const Result<void> secured = co_await secure(*fresh, target, *runtime_, values_.upstream_addr,
                                                   settings().proxy_connect_timeout);
      if (!secured) co_return secured;
    }
    values_.upstream_connect_time = between(upstream_began_, services_.wheel.now());
    connection = std::move(fresh);
  }
  ++connection->requests;
  upstream_.emplace(std::move(connection));
  const Result<void> sent = co_await send_request();
  if (!sent) co_return sent;
  // While the body is on its way its own deadlines count; the pump sets these when it has ended.
  constexpr Milliseconds unlimited = std::chrono::hours(24);
  if (pump_ && !pump_->ended()) {
    upstream_->allow(unlimited);
  } else if (!pump_) {
    upstream_->allow(settings().proxy_read_timeout);
    upstream_->watch([client = &client_] { return !client->has_left(); });
  }
  const Result<void> head = co_await upstream_->read_head(client_.head().method);
  if (head) values_.upstream_header_time = between(upstream_began_, services_.wheel.now());
  if (head && target.context)
    keep_tls_session(upstream_->connection(), *runtime_, values_.upstream_addr);
  co_return head;
}

net::Awaitable<Result<void>> Exchange::send_request() {
  std::array<net::asio::const_buffer, 2> parts = {net::asio::buffer(request_.head)};
  std::size_t count = 1;
  const auto body = client_.whole_body();
  if (body && !body->empty()) parts[count++] = net::asio::buffer(body->data(), body->size());
  const std::span<net::asio::const_buffer> all(parts.data(), count);
  const Result<void> sent = co_await upstream_->send(all, settings().proxy_send_timeout);
  // The peer may have answered already and closed: then the answer counts, not the failed write.
  if (!sent && sent.error().code != ErrorCode::closed) co_return sent;
  if (body) co_return Result<void>();
  if (client_.waits_for_continue()) {
    const Result<void> continued = co_await client_.send_continue(settings().send_timeout);
    if (!continued) co_return continued;
  }
  sent_body_ = true;
  const RequestPump::Limits limits{.read_timeout = settings().client_body_timeout,
                                   .send_timeout = settings().proxy_send_timeout,
                                   .answer_timeout = settings().proxy_read_timeout,
                                   .max_size = settings().client_max_body_size};
  pump_ = std::make_unique<RequestPump>(client_, *upstream_, limits);
  pump_->start(services_.context.get_executor());
  co_return Result<void>();
}

}  // namespace signgate::proxy
