// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/exchange.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/net/event.hpp"

namespace signgate::upstream {
namespace {

Error bad_response(const char* what) {
  return {ErrorCode::bad_response, Side::upstream, Retry::no, what};
}

}  // namespace

net::Awaitable<Result<void>> Exchange::send(std::span<net::asio::const_buffer> parts,
                                            Milliseconds timeout) {
  const Result<void> sent = co_await connection_->stream.write(parts, timeout);
  if (!sent) co_return send_failure(sent.error());
  co_return sent;
}

Result<void> Exchange::send_now(std::span<net::asio::const_buffer>& parts) {
  const Result<std::size_t> sent = connection_->stream.write_now(parts);
  if (!sent) return send_failure(sent.error());
  return {};
}

Error Exchange::send_failure(const Error& cause) const {
  Error error = cause;
  if (connection_->requests > 1) error.retry = Retry::reused_only;
  return error;
}

Exchange::Exchange(std::unique_ptr<Connection> connection) noexcept
    : connection_(std::move(connection)) {
  connection_->stream.when_silent(&Exchange::on_silence, this);
}

Exchange::~Exchange() {
  if (connection_) connection_->stream.when_silent(nullptr, nullptr);
}

Milliseconds Exchange::step_of(Milliseconds patience) const noexcept {
  return is_wanted_ ? std::min(patience, limits::watch_interval) : patience;
}

void Exchange::allow(Milliseconds patience) {
  patience_ = patience;
  patient_since_ = connection_->stream.now();
  connection_->stream.postpone_read(step_of(patience));
}

// Between two steps of a silent upstream's time: whether anybody waits still.
void Exchange::on_silence(void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  net::Stream& stream = exchange.connection_->stream;
  const SteadyTime end = exchange.patient_since_ + exchange.patience_;
  const auto left = std::chrono::ceil<Milliseconds>(end - std::chrono::steady_clock::now());
  exchange.is_abandoned_ = exchange.is_wanted_ && !exchange.is_wanted_();
  if (left <= Milliseconds(0) || exchange.is_abandoned_ || stream.stopping()) {
    stream.expire();
  } else {
    stream.extend_read(exchange.step_of(left));
  }
}

// To be looked at with judge().
net::Awaitable<Result<std::size_t>> Exchange::read(std::span<char> into) {
  patient_since_ = connection_->stream.now();
  is_abandoned_ = false;
  return connection_->stream.read_some(into, step_of(patience_));
}

Result<std::size_t> Exchange::judge(const Result<std::size_t>& got) {
  if (got) received_ += *got;
  if (!got && got.error().code == ErrorCode::timed_out && is_abandoned_)
    return Error{ErrorCode::closed, Side::client, Retry::no, "the client went away"};
  return got;
}

net::Awaitable<Result<void>> Exchange::read_head(http::Method method) {
  while (true) {
    const Result<bool> read = co_await read_next_head(method, false);
    if (!read) co_return read.error();
    if (*read) co_return Result<void>();
  }
}

// A place for the rest of a head that is not whole; it grows once.
Result<void> Exchange::make_room() {
  if (end_ - begin_ >= head_limit_) {
    return Error{ErrorCode::header_too_large, Side::upstream, Retry::no,
                 "the answer's head is too long"};
  }
  if (end_ < capacity_) return {};
  // What 1xx answers have used is free; otherwise the head is longer than the first buffer.
  if (begin_ > 0) {
    std::copy(buffer_.get() + begin_, buffer_.get() + end_, buffer_.get());
    end_ -= begin_;
    begin_ = 0;
    return {};
  }
  const std::size_t larger =
      capacity_ == 0 ? limits::response_buffer : std::max(head_limit_, capacity_ + 1);
  auto grown = std::make_unique_for_overwrite<char[]>(larger);
  std::copy(buffer_.get(), buffer_.get() + end_, grown.get());
  buffer_ = std::move(grown);
  capacity_ = larger;
  return {};
}

Error Exchange::head_failure(const Result<std::size_t>& got) const {
  Error error{ErrorCode::closed, Side::upstream, Retry::no,
              "closed before the answer's head was complete"};
  if (!got) error = got.error();
  if (end_ == 0 && informational_ == 0 && error.code == ErrorCode::closed) {
    error.retry = connection_->requests > 1 ? Retry::reused_only : Retry::yes;
  }
  return error;
}

net::Awaitable<Result<bool>> Exchange::read_next_head(http::Method method, bool upgrades) {
  while (true) {
    const Result<HeadState> state = take_head(method, upgrades);
    if (!state) co_return state.error();
    if (*state != HeadState::begun) co_return *state == HeadState::whole;
    const Result<std::size_t> got = co_await read_more_of_head();
    const Result<void> added = add_to_head(got);
    if (!added) co_return added.error();
  }
}

Result<Exchange::HeadState> Exchange::take_head(http::Method method, bool upgrades) {
  const std::string_view bytes(buffer_.get() + begin_, end_ - begin_);
  const std::size_t size = head_end_.find(bytes);
  if (size == 0) {
    if (const Result<void> room = make_room(); !room) return room.error();
    return HeadState::begun;
  }
  if (size > head_limit_) {
    return Error{ErrorCode::header_too_large, Side::upstream, Retry::no,
                 "the answer's head is too long"};
  }
  const auto parsed = http::parse_response_head(bytes.substr(0, size), head_);
  if (!parsed) return parsed.error();
  begin_ += size;
  heads_ += size;
  head_end_.reset();
  if (head_.status < 200 && (head_.status != 101 || !upgrades)) {
    // An upgrade that nobody asked for would end HTTP here.
    if (head_.status == 101) return bad_response("101 without an Upgrade");
    if (++informational_ > limits::informational_answers)
      return bad_response("too many 1xx answers");
    return HeadState::informational;
  }
  auto framing = http::response_framing(method, head_);
  if (!framing) return framing.error();
  framing_ = *framing;
  left_ = framing_.length;
  if (framing_.kind == http::Framing::Kind::chunked) chunks_.emplace(Side::upstream);
  complete_ = (framing_.kind == http::Framing::Kind::none && head_.status != 101) ||
              (framing_.kind == http::Framing::Kind::length && left_ == 0);
  body_start_ = begin_;
  return HeadState::whole;
}

net::Awaitable<Result<std::size_t>> Exchange::read_more_of_head() {
  return read(std::span<char>(buffer_.get() + end_, capacity_ - end_));
}

Result<void> Exchange::add_to_head(const Result<std::size_t>& got) {
  const Result<std::size_t> judged = judge(got);
  if (!judged || *judged == 0) return head_failure(judged);
  end_ += *judged;
  return {};
}

std::string_view Exchange::take_rest() noexcept {
  const std::string_view rest(buffer_.get() + begin_, end_ - begin_);
  begin_ = end_;
  return rest;
}

Result<std::optional<Exchange::BodyPart>> Exchange::buffered() {
  using Kind = http::Framing::Kind;
  if (complete_) return std::optional(BodyPart{.data = {}, .last = true});
  while (begin_ < end_) {
    const std::string_view bytes(buffer_.get() + begin_, end_ - begin_);
    BodyPart part;
    if (framing_.kind == Kind::chunked) {
      const auto step = chunks_->next(bytes);
      if (!step) return step.error();
      begin_ += step->consumed;
      part = {step->data, step->done};
      // The end is often already there behind the last data: looking now saves the client a write.
      if (!part.last && begin_ < end_ && !part.data.empty()) {
        http::ChunkedDecoder ahead = *chunks_;
        const auto next = ahead.next(std::string_view(buffer_.get() + begin_, end_ - begin_));
        if (next && next->done && next->data.empty()) {
          begin_ += next->consumed;
          chunks_ = std::move(ahead);
          part.last = true;
        }
      }
      if (part.data.empty() && !part.last) continue;
    } else {
      const std::size_t size =
          framing_.kind == Kind::length
              ? static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()))
              : bytes.size();
      begin_ += size;
      if (framing_.kind == Kind::length) left_ -= size;
      part = {bytes.substr(0, size), framing_.kind == Kind::length && left_ == 0};
    }
    complete_ = part.last;
    return std::optional(part);
  }
  return std::optional<BodyPart>();
}

bool Exchange::put_back(std::size_t count) {
  if (framing_.kind == http::Framing::Kind::chunked || complete_ || count > limits::put_back)
    return false;
  SIGNGATE_CHECK(begin_ == end_ && count <= begin_ - body_start_);
  put_back_ = count;
  return true;
}

std::span<char> Exchange::space() {
  // Everything read was handed out; the next part may take its place.
  const std::size_t kept = std::exchange(put_back_, 0);
  const char* const kept_from = buffer_.get() + (end_ - kept);
  if (capacity_ - body_start_ < limits::response_buffer / 2) {
    // A head that fills its buffer keeps it, since others hold views of it; the body gets one of
    // its own.
    head_buffer_ = std::move(buffer_);
    buffer_ = std::make_unique_for_overwrite<char[]>(limits::response_buffer);
    capacity_ = limits::response_buffer;
    body_start_ = 0;
  }
  begin_ = body_start_;
  end_ = begin_ + kept;
  std::memmove(buffer_.get() + begin_, kept_from, kept);
  if (framing_.kind == http::Framing::Kind::length) left_ += kept;
  return {buffer_.get() + end_, std::min(capacity_ - begin_, limits::response_buffer) - kept};
}

std::uint64_t Exchange::allowance() const noexcept {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - rate_since_;
  const double granted = static_cast<double>(rate_) * (elapsed.count() + 1);
  const double left = granted - static_cast<double>(body_received());
  return left < 1 ? 0 : static_cast<std::uint64_t>(std::min(left, 1e15));
}

// How many bytes may be read now; waits until it is some.
net::Awaitable<Result<std::size_t>> Exchange::await_allowance() {
  // Neither single bytes nor a timer for each: a tenth of a second's worth at least.
  const std::uint64_t least = std::clamp<std::uint64_t>(rate_ / 10, 1, limits::response_buffer / 2);
  while (true) {
    const std::uint64_t left = allowance();
    if (left >= least) co_return static_cast<std::size_t>(left);
    const std::uint64_t wait = (least - left) * 1000 / rate_ + 1;
    const Milliseconds span =
        std::min(Milliseconds(static_cast<std::int64_t>(wait)), limits::watch_interval);
    net::Event pause(connection_->stream.socket().get_executor());
    co_await pause.wait_for(span);
    if (connection_->stream.stopping())
      co_return Error{ErrorCode::cancelled, Side::own, Retry::no, {}};
    if (is_wanted_ && !is_wanted_())
      co_return Error{ErrorCode::closed, Side::client, Retry::no, "the client went away"};
  }
}

net::Awaitable<Result<Exchange::BodyPart>> Exchange::read_body() {
  while (true) {
    auto ready = buffered();
    if (!ready) co_return ready.error();
    if (*ready) co_return **ready;
    std::span<char> into = space();
    if (rate_ != 0) {
      const Result<std::size_t> allowed = co_await await_allowance();
      if (!allowed) co_return allowed.error();
      into = into.first(std::min(into.size(), *allowed));
    }
    const Result<std::size_t> read_now = co_await read(into);
    const Result<std::size_t> got = judge(read_now);
    if (!got) co_return got.error();
    if (*got == 0) {
      if (framing_.kind != http::Framing::Kind::until_close) {
        co_return Error{ErrorCode::closed, Side::upstream, Retry::no,
                        "closed before the body was complete"};
      }
      complete_ = true;
      const std::string_view rest = take_rest();
      co_return BodyPart{.data = rest, .last = true};
    }
    end_ += *got;
  }
}

std::unique_ptr<Connection> Exchange::take_connection() {
  const bool keep = complete_ && begin_ == end_ &&
                    framing_.kind != http::Framing::Kind::until_close &&
                    !http::connection_lists(head_.fields, "close") &&
                    (head_.minor == 1 || http::connection_lists(head_.fields, "keep-alive"));
  if (!keep) return nullptr;
  connection_->stream.when_silent(nullptr, nullptr);
  return std::move(connection_);
}

}  // namespace signgate::upstream
