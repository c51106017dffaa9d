// SPDX-License-Identifier: Apache-2.0
// The upstream's half of an exchange: choosing a peer, asking it, asking the next one.
#include <array>

#include "gateway/http/text.hpp"
#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/header_link_signer.hpp"

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
    const bool repeatable = !sent_body_ && (unsent || http::is_idempotent(request_.method));
    const bool reused = upstream_ && upstream_->connection().requests > 1;
    // A kept connection that died before the first byte says nothing about its peer: asked once
    // more.
    const bool excused = last.retry == Retry::reused_only && reused && !stale;
    if (pump_) {
      pump_->stop();
      const Result<void> moved = co_await pump_->wait();
      if (!moved && moved.error().side != Side::upstream &&
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
  std::unique_ptr<upstream::Connection> connection = group.take_idle(peer);
  if (!connection) {
    const net::Executor executor = services_.context.get_executor();
    auto fresh =
        std::make_unique<upstream::Connection>(net::Socket(executor), services_.wheel, peer);
    const net::Endpoint endpoint = group.peer(peer).endpoint;
    const Result<void> connected =
        co_await fresh->stream.connect(endpoint, settings().proxy_connect_timeout);
    if (!connected) co_return connected;
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
  upstream_->limit_head(static_cast<std::size_t>(settings().proxy_answer.proxy_buffer_size));
  while (true) {
    const Result<bool> head =
        co_await upstream_->read_next_head(request_.method, request_.upgrades);
    if (!head) co_return head.error();
    if (*head) break;
    const Result<void> passed = co_await pass_interim();
    if (!passed) co_return passed;
  }
  values_.upstream_header_time = between(upstream_began_, services_.wheel.now());
  co_return Result<void>();
}

// 1xx answers go on to the client. 100 (Continue) only where it waits for one: the request that it
// was asked for was ours.
net::Awaitable<Result<void>> Exchange::pass_interim() {
  const http::ResponseHead& head = upstream_->head();
  if (head.status == 100 && !client_.waits_for_continue()) co_return Result<void>();
  Answer interim;
  AnswerTexts texts;
  copy_end_to_end_fields(route_->rules, values_, head, interim, texts);
  if (route_->signing) {
    auto page = page_url();
    if (page) {
      LinkSigner signer(*route_->signing, services_, values_.remote_addr);
      const bool any =
          co_await sign_header_links(*route_->signing, *page, signer, services_, interim, texts);
      static_cast<void>(any);
    }
  }
  const Result<void> sent =
      co_await client_.send_interim(head.status, interim.fields, settings().send_timeout);
  co_return sent;
}

}  // namespace signgate::proxy
