// SPDX-License-Identifier: Apache-2.0
// The upstream's half of an exchange: choosing a peer, asking it, asking the next one.
#include <array>

#include "gateway/http/text.hpp"
#include "gateway/proxy/client_watch.hpp"
#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/header_link_signer.hpp"
#include "gateway/proxy/upstream_connection.hpp"
#include "gateway/proxy/upstream_tls.hpp"
#include "gateway/route/next_upstream.hpp"

namespace signgate::proxy {
namespace {

Milliseconds between(SteadyTime begin, SteadyTime end) {
  return std::chrono::duration_cast<Milliseconds>(end - begin);
}

}  // namespace

// Asks peer after peer until one has answered with a head that is to be passed on.
net::Awaitable<Result<void>> Exchange::ask_upstream() {
  using Next = route::TryBudget::Next;
  values_.upstream = nullptr;
  upstream::Group& group = *group_;
  begin_selection();
  route::TryBudget budget(settings(), selection_.set()->tries());
  const std::function<bool()> is_wanted = watch_of(client_, settings());
  while (true) {
    peer_ = group.select(selection_, services_.wheel.now());
    begin_try();
    if (!peer_) {
      Error none{ErrorCode::no_live_upstreams, Side::upstream, Retry::no, "no live upstreams"};
      end_try(error_status(none));
      services_.upstream_log.failed(none, values_);
      co_return none;
    }
    Result<void> asked = co_await attempt(budget.needs_fresh(), is_wanted);
    const route::TryFacts facts{.sent = upstream_.has_value(),
                                .idempotent = http::is_idempotent(request_.method),
                                .replayable = !sent_body_,
                                .elapsed = between(upstream_began_, services_.wheel.now())};
    upstream::Outcome outcome = upstream::Outcome::good;
    Next next = Next::none;
    if (asked) {
      const int status = upstream_->head().status;
      if (!budget.after_answer(status, facts)) co_return asked;
      next = Next::other_peer;
      end_try(status);
      const Result<void> moved = co_await stop_pump();  // the body is held, so nothing is lost
      static_cast<void>(moved);
      outcome =
          route::is_held_against(status) ? upstream::Outcome::failed : upstream::Outcome::passed;
    } else {
      const Result<void> moved = co_await stop_pump();
      if (!moved && moved.error().side != Side::upstream &&
          moved.error().code != ErrorCode::cancelled)
        asked = moved;
      const Error& last = asked.error();
      const bool reused = upstream_ && upstream_->connection().requests > 1;
      if (last.side == Side::upstream && !budget.excuses(last, reused))
        outcome = upstream::Outcome::failed;
      next = budget.after_error(last, reused, facts);
      if (next == Next::same_peer) {
        selection_.again();
        redirected_ = tries_.back().redirected;
        tries_.pop_back();
      } else {
        end_try(last.side == Side::upstream ? error_status(last) : 0);
        // What we lack ourselves, and our own faults, are told of where the request is answered.
        if (last.code != ErrorCode::cancelled && last.code != ErrorCode::resource &&
            last.code != ErrorCode::fault)
          services_.upstream_log.failed(last, values_);
      }
    }
    upstream_.reset();
    group.release(selection_, *peer_, outcome, services_.wheel.now());
    peer_.reset();
    if (next == Next::none) co_return asked.error();
    if (is_wanted && !is_wanted()) co_return client_left();
  }
}

// Ends what an attempt has left of the body under way; says how it went with it.
net::Awaitable<Result<void>> Exchange::stop_pump() {
  if (!pump_) co_return Result<void>();
  pump_->stop();
  const Result<void> moved = co_await pump_->wait();
  pump_.reset();
  co_return moved;
}

void Exchange::begin_selection() {
  std::string key;
  const route::Template& balance_key = group_->settings().balance_key;
  if (!balance_key.empty()) balance_key.append(values_, route::Escape::none, key);
  selection_ = group_->begin(values_.remote_addr, std::move(key));
  values_.tries = &tries_;
  redirected_ = !tries_.empty();
}

void Exchange::begin_try() {
  try_began_ = services_.wheel.now();
  route::UpstreamTry& attempt = tries_.emplace_back();
  attempt.addr = peer_ ? peer_->text : group_->name();
  attempt.redirected = std::exchange(redirected_, false);
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

net::Awaitable<Result<void>> Exchange::attempt(bool fresh_only,
                                               const std::function<bool()>& is_wanted) {
  upstream::TlsTarget target;
  if (is_secure_) target = tls_target(*runtime_, *route_, values_);
  std::unique_ptr<upstream::Connection> connection;
  const std::string local = local_address(services_, *route_, values_);
  const bool repeats = http::is_idempotent(request_.method) &&
                       settings().proxy_next_upstream.error && body_at_hand().has_value();
  const upstream::IdlePool::Use use{
      .peer = *peer_, .tls = target, .local = local, .repeats = repeats};
  if (!fresh_only) connection = group_->idle().take(use);
  if (!connection) {
    auto fresh = co_await open_connection(services_, *runtime_, *group_, peer_, target, local,
                                          values_, settings(), is_wanted);
    if (!fresh) co_return fresh.error();
    connection = std::move(*fresh);
  }
  tries_.back().connect_time = between(try_began_, services_.wheel.now());
  try_written_ = connection->stream.bytes_written();
  ++connection->requests;
  upstream_.emplace(std::move(connection));
  std::array<net::asio::const_buffer, 2> parts = {net::asio::buffer(request_.head)};
  std::size_t count = 1;
  const auto body = body_at_hand();
  if (body && !body->empty()) parts[count++] = net::asio::buffer(body->data(), body->size());
  std::span<net::asio::const_buffer> left(parts.data(), count);
  Result<void> sent = upstream_->send_now(left);
  if (sent && !left.empty()) sent = co_await upstream_->send(left, settings().proxy_send_timeout);
  // The peer may have answered already and closed: then the answer counts, not the failed write.
  if (!sent && sent.error().code != ErrorCode::closed) co_return sent;
  if (!body) {
    const Result<void> pumped = co_await pump_body();
    if (!pumped) co_return pumped;
  }
  // While the body is on its way its own deadlines count; the pump sets these when it has ended.
  constexpr Milliseconds unlimited = std::chrono::hours(24);
  if (pump_ && !pump_->ended()) {
    upstream_->allow(unlimited);
  } else if (!pump_) {
    upstream_->allow(settings().proxy_read_timeout);
    upstream_->watch(is_wanted);
  }
  upstream_->limit_head(static_cast<std::size_t>(settings().proxy_answer.proxy_buffer_size));
  while (true) {
    using HeadState = upstream::Exchange::HeadState;
    const Result<HeadState> head = upstream_->take_head(request_.method, request_.upgrades);
    if (!head) co_return head.error();
    if (*head == HeadState::whole) break;
    if (*head == HeadState::begun) {
      const Result<std::size_t> got = co_await upstream_->read_more_of_head();
      const Result<void> added = upstream_->add_to_head(got);
      if (!added) co_return added;
      continue;
    }
    const Result<void> passed = co_await pass_interim();
    if (!passed) co_return passed;
  }
  tries_.back().header_time = between(try_began_, services_.wheel.now());
  if (target.context) keep_tls_session(upstream_->connection(), *runtime_, *peer_->text);
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
      LinkGate gate(*route_->signing);
      guard(gate);
      gate.take_grants(head.fields, interim.fields, values_, services_);
      LinkSigner signer(*route_->signing, services_, values_.remote_addr);
      signer.hold_to(gate);
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
