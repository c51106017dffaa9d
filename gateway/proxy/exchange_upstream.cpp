// SPDX-License-Identifier: Apache-2.0
// The upstream's half of an exchange: choosing a peer, asking it, asking the next one.
#include <array>

#include "gateway/http/text.hpp"
#include "gateway/proxy/exchange.hpp"
#include "gateway/route/next_upstream.hpp"

namespace signgate::proxy {
namespace {

Milliseconds between(SteadyTime begin, SteadyTime end) {
  return std::chrono::duration_cast<Milliseconds>(end - begin);
}

}  // namespace

// Asks peer after peer until one has answered with a head that is to be passed on.
net::Awaitable<Result<void>> Exchange::ask_upstream() {
  values_.upstream = nullptr;
  upstream::Group& group = *group_;
  begin_selection();
  const std::uint32_t most = settings().proxy_next_upstream_tries;
  std::size_t tries = selection_.set()->tries();
  if (most != 0) tries = std::min<std::size_t>(tries, most);
  bool excused = false;
  while (true) {
    peer_ = group.select(selection_, services_.wheel.now());
    begin_try();
    if (!peer_) {
      Error none{ErrorCode::no_live_upstreams, Side::upstream, Retry::no, "no live upstreams"};
      end_try(error_status(none));
      services_.upstream_log.failed(none, values_);
      co_return none;
    }
    // After a kept connection has failed, another one of the pool would be no better.
    Result<void> asked = co_await attempt(excused);
    if (tries > 0) --tries;
    const route::TryFacts facts{.sent = upstream_.has_value(),
                                .idempotent = http::is_idempotent(client_.head().method),
                                .replayable = !sent_body_,
                                .tries = tries,
                                .elapsed = between(upstream_began_, services_.wheel.now())};
    if (asked) {
      const int status = upstream_->head().status;
      if (!route::goes_on_after(settings(), status, facts)) co_return asked;
      end_try(status);
      upstream_.reset();
      group.release(
          selection_, *peer_,
          route::is_held_against(status) ? upstream::Outcome::failed : upstream::Outcome::passed,
          services_.wheel.now());
      continue;
    }
    const Error cause = asked.error();
    const Error last = co_await abandon(cause);
    // A kept connection that died before the first byte says nothing about its peer, which is asked
    // once more.
    const bool reused = upstream_ && upstream_->connection().requests > 1;
    const bool stale = last.retry == Retry::reused_only && reused && !excused;
    route::TryFacts facts_now = facts;
    if (stale) facts_now.tries = 1;
    const bool again = route::goes_on(settings(), last, facts_now);
    if (stale && again) {
      excused = true;
      ++tries;
      selection_.again();
      tries_.pop_back();
    } else {
      end_try(last.side == Side::upstream ? error_status(last) : 0);
      if (last.code != ErrorCode::cancelled) services_.upstream_log.failed(last, values_);
    }
    upstream_.reset();
    const bool failed = !stale && last.side == Side::upstream;
    group.release(selection_, *peer_, failed ? upstream::Outcome::failed : upstream::Outcome::good,
                  services_.wheel.now());
    peer_.reset();
    if (!again) co_return last;
  }
}

// Ends what an attempt that failed has left under way; gives the error to go by.
net::Awaitable<Error> Exchange::abandon(const Error& cause) {
  Error error = cause;
  if (pump_) {
    pump_->stop();
    const Result<void> moved = co_await pump_->wait();
    if (!moved && moved.error().side == Side::client && moved.error().code != ErrorCode::cancelled)
      error = moved.error();
    pump_.reset();
  }
  co_return error;
}

void Exchange::begin_selection() {
  std::string key;
  const route::Template& balance_key = group_->settings().balance_key;
  if (!balance_key.empty()) balance_key.append(values_, route::Escape::none, key);
  selection_ = group_->begin(values_.remote_addr, std::move(key));
  values_.tries = &tries_;
}

void Exchange::begin_try() {
  try_began_ = services_.wheel.now();
  tries_.emplace_back().addr = peer_ ? peer_->text : group_->name();
}

void Exchange::end_try(int status) {
  route::UpstreamTry& attempt = tries_.back();
  attempt.status = status;
  attempt.response_time = between(try_began_, services_.wheel.now());
  if (!upstream_) return;
  attempt.bytes_sent = upstream_->connection().stream.bytes_written() - try_written_;
  attempt.bytes_received = upstream_->bytes_received();
  attempt.response_length = upstream_->body_received();
}

net::Awaitable<Result<void>> Exchange::attempt(bool fresh_only) {
  std::unique_ptr<upstream::Connection> connection;
  if (!fresh_only) connection = group_->idle().take(*peer_);
  if (!connection) {
    const net::Executor executor = services_.context.get_executor();
    auto fresh =
        std::make_unique<upstream::Connection>(net::Socket(executor), services_.wheel, peer_);
    const net::Endpoint endpoint = peer_->endpoint;
    const Result<void> connected =
        co_await fresh->stream.connect(endpoint, settings().proxy_connect_timeout);
    services_.wheel.refresh();  // connecting took its time
    if (!connected) co_return connected;
    if (group_->settings().proxy_protocol != config::ProxyProtocol::off) {
      const Result<void> told = co_await send_proxy_header(*group_, values_, fresh->stream,
                                                           settings().proxy_send_timeout);
      if (!told) co_return told;
    }
    connection = std::move(fresh);
  }
  tries_.back().connect_time = between(try_began_, services_.wheel.now());
  try_written_ = connection->stream.bytes_written();
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
  if (head) tries_.back().header_time = between(try_began_, services_.wheel.now());
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
