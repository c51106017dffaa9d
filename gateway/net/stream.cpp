// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>

#include "gateway/base/limits.hpp"
#include "gateway/net/endpoint.hpp"

namespace signgate::net {
namespace {

using Token = asio::use_awaitable_t<Executor>;
constexpr Token token;

bool would_block(int error) noexcept {
  return error == EAGAIN || error == EWOULDBLOCK;
}

// The result of an operation that need not be begun.
template <class T>
Awaitable<T> at_once(T result) {
  co_return result;
}

}  // namespace

Stream::Stream(Socket socket, DeadlineWheel& wheel, Side side)
    : socket_(std::move(socket)),
      readiness_(socket_.get_executor()),
      read_deadline_(wheel, &Stream::on_expiry, this),
      write_deadline_(wheel, &Stream::on_expiry, this),
      side_(side) {
  readiness_.open(socket_.native_handle());
}

Stream::~Stream() {
  if (tls_ && !resets_) tls_->close();
}

void Stream::on_expiry(void* self) {
  auto& stream = *static_cast<Stream*>(self);
  stream.timed_out_ = true;
  stream.readiness_.cancel();
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

// A read under way, in the place where it waits: see Readiness.
template <class Handler>
struct Stream::PendingRead {
  Stream* stream;
  std::span<char> into;
  Handler handler;

  void operator()(boost::system::error_code code) {
    Result<std::optional<std::size_t>> got = std::optional<std::size_t>();
    // What had arrived before an abort() is of no use: nothing could be said to it.
    if (code || stream->is_ended())
      got = stream->failure(code);
    else
      got = stream->receive(into);
    if (got && !*got) {
      // Something has happened, but nothing came.
      Readiness& readiness = stream->readiness_;
      readiness.wait(Direction::read, Continuation(std::move(*this)));
      return;
    }
    stream->end_read();
    handler(got ? Result<std::size_t>(**got) : Result<std::size_t>(got.error()));
  }
};

Awaitable<Result<void>> Stream::wait_readable(Milliseconds timeout) {
  if (is_over()) return at_once<Result<void>>(failure({}));
  interrupted_ = timed_out_ = false;
  if (tls_ && tls_->has_pending()) return at_once(Result<void>());
  if (readiness_.may_read()) {
    if (!is_silent()) return at_once(Result<void>());
    readiness_.empty();
  }
  return asio::async_initiate<const Token, void(Result<void>)>(
      [](auto handler, Stream* stream, Milliseconds limit) {
        stream->begin_read(limit);
        auto done = [stream, handler = std::move(handler)](boost::system::error_code code) mutable {
          stream->end_read();
          const bool ended = code || stream->is_ended();
          handler(ended ? Result<void>(stream->failure(code)) : Result<void>());
        };
        stream->readiness_.wait(Direction::read, Continuation(std::move(done)));
      },
      token, this, timeout);
}

Awaitable<Result<std::size_t>> Stream::read_plain(std::span<char> into, Milliseconds timeout) {
  if (is_over()) return at_once<Result<std::size_t>>(failure({}));
  interrupted_ = timed_out_ = false;
  // A peer that always has more must not keep the worker from its other connections.
  if (readiness_.may_read() && ++reads_ < limits::reads_in_turn) {
    const auto got = receive(into);
    read_deadline_.wheel().refresh();
    if (!got) return at_once<Result<std::size_t>>(got.error());
    if (*got) return at_once<Result<std::size_t>>(**got);
  }
  return asio::async_initiate<const Token, void(Result<std::size_t>)>(
      [](auto handler, Stream* stream, std::span<char> place, Milliseconds limit) {
        stream->begin_read(limit);
        PendingRead<decltype(handler)> read{stream, place, std::move(handler)};
        stream->readiness_.wait(Direction::read, Continuation(std::move(read)));
      },
      token, this, into, timeout);
}

void Stream::begin_read(Milliseconds timeout) {
  reads_ = 0;
  read_deadline_.set(timeout);
}

void Stream::end_read() noexcept {
  read_deadline_.clear();
  read_deadline_.wheel().refresh();
}

// What is there; less than there was room for is all of it, as an end is told apart.
Result<std::optional<std::size_t>> Stream::receive(std::span<char> into) {
  const ssize_t size = ::recv(socket_.native_handle(), into.data(), into.size(), 0);
  if (size < 0 && !would_block(errno)) return failure({errno, boost::system::system_category()});
  if (size < 0) {
    readiness_.empty();
    return std::optional<std::size_t>();
  }
  if (size < static_cast<ssize_t>(into.size()) && size != 0) readiness_.drained();
  return std::optional(static_cast<std::size_t>(size));
}

Result<std::optional<std::size_t>> Stream::read_now(std::span<char> into) {
  if (is_over()) return failure({});
  if (tls_) return std::optional<std::size_t>();
  return receive(into);
}

// Waits, without a deadline of its own, until the direction may go on.
Awaitable<std::tuple<boost::system::error_code>> Stream::wait(Direction direction) {
  return asio::async_initiate<decltype((as_values)), void(boost::system::error_code)>(
      [](auto handler, Stream* stream, Direction towards) {
        stream->readiness_.wait(towards, Continuation(std::move(handler)));
      },
      as_values, this, direction);
}

Result<std::size_t> Stream::write_now(std::span<asio::const_buffer>& parts) {
  if (tls_) return write_tls_now(parts);
  std::size_t all = 0;
  while (true) {
    if (is_over()) return failure({});
    while (!parts.empty() && parts.front().size() == 0)
      parts = parts.subspan(1);
    if (parts.empty()) return all;
    ssize_t size = 0;
    if (parts.size() == 1) {
      // A cheaper call than that for several.
      size =
          ::send(socket_.native_handle(), parts.front().data(), parts.front().size(), MSG_NOSIGNAL);
    } else {
      std::array<iovec, limits::gathered_parts> vectors;
      msghdr message{};
      message.msg_iov = vectors.data();
      for (const asio::const_buffer& part : parts) {
        if (message.msg_iovlen == vectors.size()) break;
        vectors[message.msg_iovlen++] = {const_cast<void*>(part.data()), part.size()};
      }
      size = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
    }
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && would_block(errno)) {
      readiness_.full();
      return all;
    }
    if (size < 0) return failure({errno, boost::system::system_category()});
    auto sent = static_cast<std::size_t>(size);
    bytes_written_ += sent;
    all += sent;
    while (sent > 0) {
      const std::size_t step = std::min(sent, parts.front().size());
      parts.front() += step;
      sent -= step;
      if (parts.front().size() == 0) parts = parts.subspan(1);
    }
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
    const auto [waited] = co_await wait(Direction::write);
    write_deadline_.clear();
    if (waited) co_return failure(waited);
  }
  co_return Result<void>();
}

Result<void> Stream::prepare(const Endpoint& endpoint, const Endpoint& local,
                             const SocketWishes& wishes) {
  const auto failed = [&](const std::string& what) {
    const boost::system::error_code code(errno, boost::system::system_category());
    return Error{ErrorCode::resource, Side::own, Retry::no, what + " failed: " + code.message()};
  };
  const int family = endpoint.protocol().family();
  if (!socket_.open(family)) return failed("socket()");
  readiness_.open(socket_.native_handle());
  if (family != AF_UNIX) {
    socket_.set(IPPROTO_TCP, TCP_NODELAY, 1);
    if (wishes.keepalive) socket_.set(SOL_SOCKET, SO_KEEPALIVE, 1);
  }
  if (wishes.rcvbuf > 0) socket_.set(SOL_SOCKET, SO_RCVBUF, wishes.rcvbuf);
  if (wishes.sndbuf > 0) socket_.set(SOL_SOCKET, SO_SNDBUF, wishes.sndbuf);
  if (local.protocol().family() == AF_UNSPEC) return {};
  // A port that connect() chooses need only be free towards that peer.
  if (endpoint_port(local) == 0) socket_.set(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  if (::bind(socket_.native_handle(), local.data(), static_cast<socklen_t>(local.size())) != 0)
    return failed("bind(" + endpoint_text(local) + ")");
  return {};
}

Awaitable<Result<void>> Stream::connect(Endpoint endpoint, Milliseconds timeout) {
  if (!socket_.is_open()) {
    const Result<void> opened = prepare(endpoint, Endpoint(), SocketWishes());
    if (!opened) {
      // That we have no descriptor for a socket is no fault of the other side's.
      Error error = opened.error();
      error.retry = Retry::yes;
      co_return error;
    }
  }
  interrupted_ = timed_out_ = false;
  int code = 0;
  if (::connect(socket_.native_handle(), endpoint.data(),
                static_cast<socklen_t>(endpoint.size())) != 0)
    code = errno;
  if (code == EINPROGRESS) {
    write_deadline_.set(timeout);
    const auto [waited] = co_await wait(Direction::write);
    write_deadline_.clear();
    code = waited.value();
    auto length = static_cast<socklen_t>(sizeof code);
    if (!waited) ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &code, &length);
  }
  if (code != 0) {
    Error error = failure({code, boost::system::system_category()});
    // That the system has no room for a connection is no fault of the other side's.
    if (code == ENOMEM || code == ENOBUFS)
      error = {ErrorCode::resource, Side::own, Retry::no, "connect() failed: " + error.detail};
    if (error.code == ErrorCode::closed) error.code = ErrorCode::connect_failed;
    // Nor that no port is left, or that a rule of this machine forbids it.
    if (code == EADDRNOTAVAIL || code == EPERM || code == EACCES) error.side = Side::own;
    error.retry = Retry::yes;
    co_return error;
  }
  co_return Result<void>();
}

void Stream::postpone_read(Milliseconds timeout) {
  if (read_deadline_.due() != SteadyTime::max()) read_deadline_.set(timeout);
}

bool Stream::is_silent() const noexcept {
  char byte = 0;
  return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         would_block(errno);
}

bool Stream::is_quiet(bool looks) noexcept {
  const bool silent = looks || readiness_.may_read() ? is_silent() : true;
  if (!tls_ || (silent && !tls_->has_pending())) return silent;
  return tls_->peek() == TlsLink::Step::wants_read;
}

bool Stream::has_ended() noexcept {
  char byte = 0;
  const ssize_t size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  const bool silent = size < 0 && would_block(errno);
  if (!tls_ || (silent && !tls_->has_pending())) return size == 0 || (size < 0 && !silent);
  const TlsLink::Step seen = tls_->peek();
  return seen == TlsLink::Step::ended || seen == TlsLink::Step::failed;
}

bool Stream::is_gone() const noexcept {
  ::pollfd asked{.fd = socket_.native_handle(), .events = 0, .revents = 0};
  return ::poll(&asked, 1, 0) == 1 && (asked.revents & (POLLERR | POLLHUP)) != 0;
}

void Stream::shut_down() noexcept {
  if (tls_) tls_->close();
  ::shutdown(socket_.native_handle(), SHUT_WR);
}

void Stream::interrupt() noexcept {
  interrupted_ = true;
  readiness_.cancel();
}

void Stream::abort() noexcept {
  aborted_ = true;
  readiness_.cancel();
}

void Stream::reset_on_close() noexcept {
  resets_ = true;
  const ::linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace signgate::net
