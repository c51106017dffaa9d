// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>

#include "gateway/net/endpoint.hpp"

namespace signgate::net {

Stream::Stream(Socket socket, DeadlineWheel& wheel, Side side)
    : socket_(std::move(socket)),
      read_deadline_(wheel, &Stream::on_expiry, this),
      write_deadline_(wheel, &Stream::on_expiry, this),
      side_(side) {}

Stream::~Stream() {
  if (tls_ && !resets_) tls_->close();
}

void Stream::on_expiry(void* self) {
  auto& stream = *static_cast<Stream*>(self);
  stream.timed_out_ = true;
  boost::system::error_code ignored;
  stream.socket_.cancel(ignored);
}

Error Stream::failure(boost::system::error_code code) const {
  if (aborted_ || interrupted_ || read_deadline_.stopping())
    return {ErrorCode::cancelled, side_, Retry::no, {}};
  if (timed_out_) return {ErrorCode::timed_out, side_, Retry::no, {}};
  return {ErrorCode::closed, side_, Retry::no, code.message()};
}

Awaitable<Result<std::size_t>> Stream::read_some(std::span<char> into, Milliseconds timeout) {
  if (tls_) return read_tls(into, timeout);
  return read_plain(into, timeout);
}

Awaitable<Result<void>> Stream::write(std::span<asio::const_buffer> parts, Milliseconds timeout) {
  if (tls_) return write_tls(parts, timeout);
  return write_plain(parts, timeout);
}

Awaitable<Result<void>> Stream::wait_readable(Milliseconds timeout) {
  if (aborted_ || read_deadline_.stopping()) co_return failure({});
  if (tls_ && tls_->has_pending()) co_return Result<void>();
  interrupted_ = timed_out_ = false;
  read_deadline_.set(timeout);
  const auto [code] = co_await socket_.async_wait(Socket::wait_read, as_values);
  read_deadline_.clear();
  read_deadline_.wheel().refresh();
  if (code) co_return failure(code);
  co_return Result<void>();
}

Awaitable<Result<std::size_t>> Stream::read_plain(std::span<char> into, Milliseconds timeout) {
  if (aborted_ || read_deadline_.stopping()) co_return failure({});
  interrupted_ = timed_out_ = false;
  read_deadline_.set(timeout);
  const auto [code, size] =
      co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), as_values);
  read_deadline_.clear();
  read_deadline_.wheel().refresh();
  if (!code) co_return size;
  if (code == asio::error::eof && !aborted_) co_return std::size_t{0};
  co_return failure(code);
}

Result<std::optional<std::size_t>> Stream::read_now(std::span<char> into) {
  if (aborted_ || read_deadline_.stopping()) return failure({});
  if (tls_) return std::optional<std::size_t>();
  const ssize_t size = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
  if (size >= 0) return std::optional(static_cast<std::size_t>(size));
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
    return std::optional<std::size_t>();
  return failure({errno, boost::system::system_category()});
}

Result<std::size_t> Stream::write_now(std::span<asio::const_buffer>& parts) {
  if (tls_) return write_tls_now(parts);
  std::size_t all = 0;
  while (true) {
    if (aborted_ || write_deadline_.stopping()) return failure({});
    while (!parts.empty() && parts.front().size() == 0)
      parts = parts.subspan(1);
    if (parts.empty()) return all;
    boost::system::error_code code;
    std::size_t sent = 0;
    if (parts.size() == 1) {
      const asio::const_buffer one = parts.front();  // a cheaper call than that for several
      sent = socket_.write_some(one, code);
    } else {
      sent = socket_.write_some(parts, code);
    }
    bytes_written_ += sent;
    all += sent;
    while (sent > 0) {
      const std::size_t step = std::min(sent, parts.front().size());
      parts.front() += step;
      sent -= step;
      if (parts.front().size() == 0) parts = parts.subspan(1);
    }
    if (code == asio::error::would_block || code == asio::error::try_again) return all;
    if (code) return failure(code);
  }
}

Awaitable<Result<void>> Stream::write_plain(std::span<asio::const_buffer> parts,
                                            Milliseconds timeout) {
  while (true) {
    // Nearly always the socket takes it at once: no operation is started, no handler allocated.
    const Result<std::size_t> sent = write_now(parts);
    if (!sent) co_return sent.error();
    if (parts.empty()) break;
    write_deadline_.set(timeout);
    const auto [waited] = co_await socket_.async_wait(Socket::wait_write, as_values);
    write_deadline_.clear();
    if (waited) co_return failure(waited);
  }
  co_return Result<void>();
}

Result<void> Stream::prepare(const asio::generic::stream_protocol::endpoint& endpoint,
                             const asio::generic::stream_protocol::endpoint& local,
                             bool keepalive) {
  boost::system::error_code code;
  socket_.open(endpoint.protocol(), code);
  const auto failed = [&](const std::string& what) {
    return Error{ErrorCode::resource, Side::own, Retry::no, what + " failed: " + code.message()};
  };
  if (code) return failed("socket()");
  boost::system::error_code ignored;
  if (keepalive && endpoint.protocol().family() != AF_UNIX)
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  if (local.protocol().family() == AF_UNSPEC) return {};
  // A port that connect() chooses need only be free towards that peer.
  if (endpoint_port(local) == 0) {
    const asio::detail::socket_option::boolean<IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT> late(true);
    socket_.set_option(late, ignored);
  }
  socket_.bind(local, code);
  if (code) return failed("bind(" + endpoint_text(local) + ")");
  return {};
}

Awaitable<Result<void>> Stream::connect(asio::generic::stream_protocol::endpoint endpoint,
                                        Milliseconds timeout) {
  write_deadline_.set(timeout);
  const auto [code] = co_await socket_.async_connect(endpoint, as_values);
  write_deadline_.clear();
  if (code) {
    Error error = failure(code);
    // That we have no descriptor for a socket is no fault of the other side's.
    if (code == asio::error::no_descriptors || code.value() == ENFILE ||
        code == asio::error::no_memory || code == asio::error::no_buffer_space) {
      error = {ErrorCode::resource, Side::own, Retry::no, "socket() failed: " + code.message()};
      co_return error;
    }
    if (error.code == ErrorCode::closed) error.code = ErrorCode::connect_failed;
    error.retry = Retry::yes;
    co_return error;
  }
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  if (endpoint.protocol().family() != AF_UNIX) {
    const asio::detail::socket_option::boolean<IPPROTO_TCP, TCP_NODELAY> no_delay(true);
    socket_.set_option(no_delay, ignored);
  }
  co_return Result<void>();
}

void Stream::postpone_read(Milliseconds timeout) {
  if (read_deadline_.due() != SteadyTime::max()) read_deadline_.set(timeout);
}

bool Stream::is_quiet() noexcept {
  char byte = 0;
  const ssize_t size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  const bool is_silent = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (!tls_ || (is_silent && !tls_->has_pending())) return is_silent;
  return tls_->peek() == TlsLink::Step::wants_read;
}

bool Stream::has_ended() noexcept {
  char byte = 0;
  const ssize_t size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  const bool is_silent = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  if (!tls_ || (is_silent && !tls_->has_pending())) return size == 0 || (size < 0 && !is_silent);
  const TlsLink::Step seen = tls_->peek();
  return seen == TlsLink::Step::ended || seen == TlsLink::Step::failed;
}

void Stream::shut_down() noexcept {
  if (tls_) tls_->close();
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Stream::interrupt() noexcept {
  interrupted_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Stream::abort() noexcept {
  aborted_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Stream::reset_on_close() noexcept {
  resets_ = true;
  // Set behind Asio's back: its destructor takes back a linger that was set through it.
  const ::linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace signgate::net
