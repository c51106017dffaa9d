// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "gateway/base/clock.hpp"
#include "gateway/base/listen_options.hpp"
#include "gateway/net/endpoint.hpp"
#include "gateway/net/socket.hpp"

namespace signgate::net {

/// ListeningSocket is an open, listening descriptor and the queue of connections behind it. It is
/// opened before anybody accepts from it, so that a port that is taken is an error of the start, or
/// of the reload. Owns the descriptor: whoever still waits in the queue when it is closed is reset.
/// Owns the file of a unix socket too, and removes it at its end, until release_file.
class ListeningSocket {
 public:
  /// Access is who may connect to a unix socket, by the mode of its file.
  enum class Access : std::uint8_t { by_umask, all };

  /// check_free fails with `resource` when another process listens at a TCP address: SO_REUSEPORT,
  /// which open sets, would share its connections silently.
  [[nodiscard]] static Result<void> check_free(const Endpoint& endpoint,
                                               const ListenOptions& options = {});

  /// open binds and listens. TCP sockets get SO_REUSEADDR and SO_REUSEPORT, so that each worker has
  /// its own queue; a stale unix socket file is replaced. Fails with `resource`; the detail says
  /// what the system said.
  /// What the system does not have of the options is left out. With Access::all every user may
  /// connect to a unix socket: its file's mode is 0666 whatever the umask (nginx,
  /// ngx_open_listening_sockets).
  [[nodiscard]] static Result<ListeningSocket> open(const Endpoint& endpoint,
                                                    const ListenOptions& options = {},
                                                    Access access = Access::by_umask);

  ListeningSocket(ListeningSocket&& other) noexcept;
  ListeningSocket& operator=(ListeningSocket&& other) noexcept;
  ~ListeningSocket();

  /// local is what it is bound to: with port 0 asked for, the port that was given.
  [[nodiscard]] const Endpoint& local() const noexcept { return local_; }

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  /// release_file leaves the file of a unix socket to the caller: whoever ends accepting removes
  /// it, and may do so before others, who hold the socket still, do.
  void release_file() noexcept { owns_file_ = false; }

 private:
  ListeningSocket(int descriptor, Endpoint local)
      : descriptor_(descriptor), local_(std::move(local)) {}

  int descriptor_ = -1;
  Endpoint local_;
  bool owns_file_ = false;
};

/// Listener accepts connections on one worker. Several, each on a worker of its own, may accept
/// from one socket: it closes with the last that holds it, and until then nobody in its queue is
/// lost.
class Listener {
 public:
  /// OnAccept takes a new connection, already non-blocking, and the address it came from. What it
  /// throws ends that connection; accepting goes on, and the io_context's run() throws it.
  using OnAccept = std::function<void(Socket socket, const Endpoint& remote)>;
  /// OnFailure is told why accepting pauses (descriptors exhausted, say); at most twice a second.
  using OnFailure = std::function<void(const std::string& reason)>;

  Listener(asio::io_context& context, std::shared_ptr<const ListeningSocket> socket,
           OnAccept on_accept, OnFailure on_failure);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// start begins to accept.
  void start();

  /// finish accepts those who wait in the queue already, without waiting for others, and stops:
  /// closing the socket would reset their connections. OnFailure is told what OnAccept throws.
  void finish();

  /// stop accepts nobody any more and lets go of the socket. What the io_context has in hand for
  /// the Listener comes back to it: it may be destroyed in a handler that is posted after this, or
  /// once the io_context runs no more.
  void stop();

  [[nodiscard]] const Endpoint& local() const noexcept { return local_; }

 private:
  using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, Executor>;

  void accept_next();
  [[nodiscard]] bool accept_some();
  [[nodiscard]] int accept_one();
  void pause(const std::string& reason);

  Endpoint local_;
  std::shared_ptr<const ListeningSocket> socket_;  // null: stopped
  Acceptor acceptor_;                              // does not own its descriptor
  asio::basic_waitable_timer<std::chrono::steady_clock,
                             asio::wait_traits<std::chrono::steady_clock>, Executor>
      timer_;
  OnAccept on_accept_;
  OnFailure on_failure_;
};

}  // namespace signgate::net
