// SPDX-License-Identifier: Apache-2.0
// Stream's TLS half: the steps of a TlsLink with the waits between them.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstring>

#include "gateway/base/limits.hpp"
#include "gateway/net/stream.hpp"

namespace signgate::net {
namespace {

using Step = TlsLink::Step;

// The front of `parts` as one run for one record: a large part as it lies, small ones side by side
// in the thread's own buffer. The same parts give the same bytes, which a repeated write needs.
std::span<const char> gather(std::span<const asio::const_buffer> parts) {
  const auto view = [](const asio::const_buffer& part) {
    return std::span(static_cast<const char*>(part.data()), part.size());
  };
  if (parts.size() == 1 || parts.front().size() >= limits::tls_record)
    return view(parts.front()).first(std::min(parts.front().size(), limits::tls_record));
  thread_local std::array<char, limits::tls_record> record;
  std::size_t size = 0;
  for (const asio::const_buffer& part : parts) {
    const std::size_t step = std::min(part.size(), record.size() - size);
    if (step > 0) std::memcpy(record.data() + size, part.data(), step);
    size += step;
    if (size == record.size()) break;
  }
  return std::span<const char>(record).first(size);
}

}  // namespace

// What OpenSSL wants before it goes on: the socket has just refused it.
Readiness::Direction Stream::told(TlsLink::Step step) noexcept {
  if (step == Step::wants_write) {
    readiness_.full();
    return Direction::write;
  }
  readiness_.empty();
  return Direction::read;
}

Error Stream::tls_failure() const {
  Error error = failure({});
  if (error.code == ErrorCode::closed) error.detail = tls_->reason();
  return error;
}

Awaitable<Result<void>> Stream::accept_tls(const TlsServerContext& context,
                                           const TlsChooser& choose, const TlsLender& lend,
                                           Milliseconds timeout) {
  tls_ = TlsLink::accept(socket_.native_handle(), context, choose);
  if (!tls_) co_return Error{ErrorCode::resource, Side::own, Retry::no, "no memory for TLS"};
  const Result<void> done = co_await shake_hands(timeout, &lend);
  if (done) co_return done;
  Error error = done.error();
  error.detail.insert(0, "SSL_do_handshake() failed: ");
  co_return error;
}

Awaitable<Result<void>> Stream::connect_tls(const TlsClientContext& context, const TlsPeer& peer,
                                            Milliseconds timeout) {
  tls_ = TlsLink::connect(socket_.native_handle(), context, peer);
  if (!tls_) {
    std::string why = "\"" + peer.name + "\" is no name for a TLS handshake";
    if (peer.credentials) why += ", or OpenSSL refuses our certificate";
    co_return Error{ErrorCode::connect_failed, side_, Retry::no, why};
  }
  const Result<void> done = co_await shake_hands(timeout, nullptr);
  if (done) co_return done;
  Error error = done.error();
  error.retry = Retry::yes;
  if (error.code == ErrorCode::closed) {
    error.code = ErrorCode::connect_failed;
    error.detail = "SSL_do_handshake() failed: " + error.detail;
    if (context.verifies()) error.detail += ", name: \"" + peer.name + "\"";
  } else if (error.code == ErrorCode::timed_out) {
    error.detail = "while SSL handshaking";
  }
  co_return error;
}

Awaitable<Result<void>> Stream::borrow(const TlsLender& lend) {
  auto lending = lend(tls_->handle());
  const Result<std::vector<TlsLoaded>> lent = co_await std::move(lending);
  // Nobody looked at the socket meanwhile.
  if (timed_out_ || is_over()) co_return failure({});
  if (lent && tls_->lend(*lent)) co_return Result<void>();
  tls_->withhold();
  static_cast<void>(tls_->handshake());
  if (!lent) co_return lent.error();
  co_return Error{ErrorCode::resource, Side::own, Retry::no, "OpenSSL refuses the certificate"};
}

Awaitable<Result<void>> Stream::shake_hands(Milliseconds timeout, const TlsLender* lend) {
  if (is_over()) co_return failure({});
  interrupted_ = timed_out_ = false;
  // Once for all of it: a peer that sends a byte now and then gains no time.
  read_deadline_.set(timeout);
  while (true) {
    const Step step = tls_->handshake();
    if (step == Step::done) break;
    if (step == Step::wants_certificate && lend != nullptr) {
      const Result<void> lent = co_await borrow(*lend);
      if (lent) continue;
      read_deadline_.clear();
      co_return lent;
    }
    if (step != Step::wants_read && step != Step::wants_write) {
      read_deadline_.clear();
      co_return tls_failure();
    }
    const auto [waited] = co_await wait(told(step));
    if (waited || is_ended()) {
      read_deadline_.clear();
      co_return failure(waited);
    }
  }
  read_deadline_.clear();
  co_return Result<void>();
}

Awaitable<Result<std::size_t>> Stream::read_tls(std::span<char> into, Milliseconds timeout) {
  if (is_over()) co_return failure({});
  interrupted_ = timed_out_ = false;
  read_deadline_.set(timeout);
  // A peer that always has more must not keep the worker from its other connections.
  if (++reads_ >= limits::reads_in_turn) {
    reads_ = 0;
    co_await asio::post(socket_.get_executor(), asio::use_awaitable_t<Executor>());
    if (is_ended()) {
      read_deadline_.clear();
      co_return failure({});
    }
  }
  while (true) {
    std::size_t size = 0;
    const Step step = tls_->read(into, size);
    if (step == Step::wants_read || step == Step::wants_write) {
      Direction direction = told(step);
      // A key update's answer, which a writer may wait to send as well.
      if (direction == Direction::write) direction = Direction::write_for_read;
      const auto [waited] = co_await wait(direction);
      reads_ = 0;
      if (!waited && !is_ended()) continue;
      read_deadline_.clear();
      co_return failure(waited);
    }
    read_deadline_.clear();
    read_deadline_.wheel().refresh();
    if (step == Step::failed) co_return tls_failure();
    co_return size;  // 0 at the end
  }
}

Result<TlsLink::Step> Stream::send_records(std::span<asio::const_buffer>& parts) {
  while (true) {
    if (is_over()) return failure({});
    while (!parts.empty() && parts.front().size() == 0)
      parts = parts.subspan(1);
    if (parts.empty()) return Step::done;
    std::size_t sent = 0;
    const Step step = tls_->write(gather(parts), sent);
    if (step == Step::wants_read || step == Step::wants_write) return step;
    if (step != Step::done) return tls_failure();
    bytes_written_ += sent;
    while (sent > 0) {
      const std::size_t taken = std::min(sent, parts.front().size());
      parts.front() += taken;
      sent -= taken;
      if (parts.front().size() == 0) parts = parts.subspan(1);
    }
  }
}

Result<std::size_t> Stream::write_tls_now(std::span<asio::const_buffer>& parts) {
  const std::uint64_t before = bytes_written_;
  const Result<Step> step = send_records(parts);
  if (!step) return step.error();
  return static_cast<std::size_t>(bytes_written_ - before);
}

Awaitable<Result<void>> Stream::write_tls(std::span<asio::const_buffer> parts,
                                          Milliseconds timeout) {
  while (true) {
    const Result<Step> step = send_records(parts);
    if (!step) co_return step.error();
    if (*step == Step::done) co_return Result<void>();
    write_deadline_.set(timeout);
    const auto [waited] = co_await wait(told(*step));
    write_deadline_.clear();
    if (waited) co_return failure(waited);
  }
}

}  // namespace signgate::net
