// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/base/fault.hpp"
#include "gateway/base/limits.hpp"

namespace signgate::net {
namespace {

// How long accepting rests after a failure; nginx's accept_mutex_delay.
constexpr Milliseconds rest{500};

Error failed(const Endpoint& endpoint, const char* what) {
  return {ErrorCode::resource, Side::own, Retry::no,
          std::string(what) + " " + endpoint_text(endpoint) + " failed: " + std::strerror(errno)};
}

void set(int descriptor, int level, int option, int value) {
  ::setsockopt(descriptor, level, option, &value, sizeof value);
}

// Connections have what their listening socket has.
void set_tcp_options(int descriptor, const ListenOptions& options) {
  if (options.so_keepalive) {
    const auto& keepalive = *options.so_keepalive;
    set(descriptor, SOL_SOCKET, SO_KEEPALIVE, keepalive.on ? 1 : 0);
    const auto set_if = [&](int option, std::uint32_t value) {
      if (value != 0) set(descriptor, IPPROTO_TCP, option, static_cast<int>(value));
    };
    set_if(TCP_KEEPIDLE, keepalive.idle);
    set_if(TCP_KEEPINTVL, keepalive.interval);
    set_if(TCP_KEEPCNT, keepalive.count);
  }
  if (options.deferred) set(descriptor, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
  if (options.fastopen != 0)
    set(descriptor, IPPROTO_TCP, TCP_FASTOPEN, static_cast<int>(options.fastopen));
}

// Of a unix socket.
std::string path_of(const Endpoint& endpoint) {
  return endpoint_text(endpoint).substr(5);
}

// A unix socket whose process died leaves its file behind; one that answers is somebody's.
void remove_stale(const Endpoint& endpoint) {
  const std::string path = path_of(endpoint);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return;
  const bool dead =
      ::connect(probe, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 &&
      errno == ECONNREFUSED;
  ::close(probe);
  if (dead) ::unlink(path.c_str());
}

}  // namespace

Result<void> ListeningSocket::check_free(const Endpoint& endpoint, const ListenOptions& options) {
  const int family = endpoint.data()->sa_family;
  if (family == AF_UNIX) return {};
  const int probe = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return failed(endpoint, "a socket for");
  const int on = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) set(probe, IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6only ? 1 : 0);
  Result<void> bound;
  if (::bind(probe, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0)
    bound = failed(endpoint, "bind to");
  ::close(probe);
  return bound;
}

Result<ListeningSocket> ListeningSocket::open(const Endpoint& endpoint,
                                              const ListenOptions& options, Access access) {
  const int family = endpoint.data()->sa_family;
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return failed(endpoint, "a socket for");
  ListeningSocket socket(descriptor, endpoint);
  if (options.rcvbuf != 0) set(descriptor, SOL_SOCKET, SO_RCVBUF, static_cast<int>(options.rcvbuf));
  if (options.sndbuf != 0) set(descriptor, SOL_SOCKET, SO_SNDBUF, static_cast<int>(options.sndbuf));
  if (family == AF_UNIX) {
    remove_stale(endpoint);
  } else {
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    if (family == AF_INET6) set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6only ? 1 : 0);
    set_tcp_options(descriptor, options);
  }
  if (::bind(descriptor, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) {
    return failed(endpoint, "bind to");
  }
  socket.owns_file_ = family == AF_UNIX;
  if (family == AF_UNIX && access == Access::all &&
      ::chmod(path_of(endpoint).c_str(),
              S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH) != 0) {
    return failed(endpoint, "the mode of");
  }
  if (::listen(descriptor, static_cast<int>(options.backlog)) != 0)
    return failed(endpoint, "listen on");
  socklen_t length = static_cast<socklen_t>(socket.local_.capacity());
  if (::getsockname(descriptor, socket.local_.data(), &length) != 0) {
    return failed(endpoint, "the name of");
  }
  socket.local_.resize(length);
  return socket;
}

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      local_(other.local_),
      owns_file_(std::exchange(other.owns_file_, false)) {}

ListeningSocket& ListeningSocket::operator=(ListeningSocket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(local_, other.local_);
  std::swap(owns_file_, other.owns_file_);
  return *this;
}

ListeningSocket::~ListeningSocket() {
  if (owns_file_) ::unlink(path_of(local_).c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

Listener::Listener(asio::io_context& context, std::shared_ptr<const ListeningSocket> socket,
                   OnAccept on_accept, OnFailure on_failure)
    : local_(socket->local()),
      socket_(std::move(socket)),
      acceptor_(context.get_executor()),
      timer_(context.get_executor()),
      on_accept_(std::move(on_accept)),
      on_failure_(std::move(on_failure)) {
  acceptor_.assign(local_.protocol(), socket_->descriptor());
}

Listener::~Listener() {
  stop();
}

void Listener::start() {
  accept_next();
}

void Listener::finish() {
  while (acceptor_.is_open()) {
    int failed = 0;
    const std::exception_ptr thrown = thrown_by([&] { failed = accept_one(); });
    if (thrown) on_failure_(fault_of(thrown).detail);
    if (failed != 0 && failed != EINTR && failed != ECONNABORTED) break;
  }
  stop();
}

void Listener::stop() {
  // Asio does not take a descriptor that it closes out of its epoll, where others would keep it.
  boost::system::error_code ignored;
  static_cast<void>(acceptor_.release(ignored));
  socket_.reset();
  timer_.cancel();
}

void Listener::accept_next() {
  acceptor_.async_wait(Acceptor::wait_read, [this](boost::system::error_code code) {
    if (code || !acceptor_.is_open()) return;
    bool goes_on = true;
    try {
      goes_on = accept_some();
    } catch (...) {
      if (acceptor_.is_open()) accept_next();
      throw;
    }
    if (goes_on && acceptor_.is_open()) accept_next();
  });
}

// Accepts some at once; then those who have a connection already have their turn. False: it rests.
bool Listener::accept_some() {
  for (std::size_t i = 0; i < limits::accepted_in_turn && acceptor_.is_open(); ++i) {
    const int failed = accept_one();
    if (failed == EAGAIN || failed == EWOULDBLOCK) break;
    if (failed == EMFILE || failed == ENFILE || failed == ENOMEM || failed == ENOBUFS) {
      pause(std::strerror(failed));
      return false;
    }
    // Any other error is the new connection's own: it went away before it was accepted.
  }
  return true;
}

// Accepts one connection and hands it over; 0, or what errno says.
int Listener::accept_one() {
  Endpoint remote;
  auto length = static_cast<socklen_t>(remote.capacity());
  Socket socket(acceptor_.get_executor(), ::accept4(acceptor_.native_handle(), remote.data(),
                                                    &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.is_open()) return errno;
  remote.resize(length);
  if (local_.data()->sa_family != AF_UNIX) socket.set(IPPROTO_TCP, TCP_NODELAY, 1);
  on_accept_(std::move(socket), remote);
  return 0;
}

void Listener::pause(const std::string& reason) {
  on_failure_(reason);
  timer_.expires_after(rest);
  timer_.async_wait([this](boost::system::error_code code) {
    if (!code && acceptor_.is_open()) accept_next();
  });
}

}  // namespace signgate::net
