// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>

#include "gateway/net/continuation.hpp"
#include "gateway/net/io.hpp"

namespace signgate::net {

class Readiness;

/// Poller tells which sockets of a worker can be read or written: an epoll of our own within
/// Asio's, edge-triggered, as nginx's event loop has it. Asio's sockets try each operation before
/// they wait for it, which for an answer that is still to come is a system call for nothing; they
/// do not tell that a peer has ended (EPOLLRDHUP), without which a short read does not mean that
/// all is read; and what has arrived on a socket that nobody reads they forget. One Poller an
/// io_context, which owns it; the io_context's thread. A wait keeps the io_context's run() from
/// returning, as an operation of Asio's does.
class Poller final : public asio::execution_context::service {
 public:
  static asio::execution_context::id id;

  explicit Poller(asio::execution_context& context);
  ~Poller() override;

  /// of is the Poller of that executor's io_context; made when it is first asked for.
  [[nodiscard]] static Poller& of(const Executor& executor);

 private:
  friend class Readiness;

  // What is taken from the kernel at once, and how often before Asio's other work has its turn.
  static constexpr std::size_t batch_size = 128;
  static constexpr int rounds = 4;
  static constexpr std::size_t busy = 8;  // events at once by which more are likely to be there

  void shutdown() override;
  [[nodiscard]] bool set(Readiness& readiness, int operation, std::uint32_t events) noexcept;
  void forget(Readiness& readiness) noexcept;
  void begin_wait();
  void end_wait() noexcept;
  void disarm() noexcept;
  void arm();
  void dispatch();
  void fire_batch();

  asio::io_context& context_;
  asio::posix::basic_stream_descriptor<Executor> epoll_;
  std::array<epoll_event, batch_size> batch_{};
  std::size_t next_ = 0;  // of the batch: what was not looked at is [next_, end_)
  std::size_t end_ = 0;
  std::size_t waiting_ = 0;     // waits under way
  Readiness* first_ = nullptr;  // of those that are registered
  bool armed_ = false;
  bool dispatching_ = false;
};

/// Readiness is what is known of one socket: whether it may be readable or writable, and whether
/// the peer has ended its half. It registers the socket when it is first waited for; the descriptor
/// has to be closed right after it is destroyed, which takes it out. At most one wait for either
/// direction.
class Readiness {
 public:
  /// Direction is what is waited for; the last one is a reader's that has to write first, as TLS
  /// may have it, beside the writer's own wait.
  enum class Direction : std::uint8_t { read, write, write_for_read };

  explicit Readiness(const Executor& executor) : poller_(Poller::of(executor)) {}
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  /// open names the socket, non-blocking; once.
  void open(int descriptor) noexcept { descriptor_ = descriptor; }

  /// may_read is false when nothing can have arrived since drained(); before the first wait nothing
  /// is known, which is false as well: a wait looks.
  [[nodiscard]] bool may_read() const noexcept { return readable_; }

  /// has_ended says that the peer has shut down its half, or that the connection failed; bytes may
  /// be left to read.
  [[nodiscard]] bool has_ended() const noexcept { return ended_; }

  /// drained is told that a read found less than it had room for: what is left may be the end.
  void drained() noexcept { readable_ = ended_; }

  /// empty is told that a read found nothing, and no end.
  void empty() noexcept { readable_ = false; }

  /// full is told that a write was refused for now.
  void full() noexcept { writable_ = false; }

  /// wait calls `done` once, from the event loop: without an error when the direction may go on,
  /// soon if it may already; with operation_aborted after cancel().
  void wait(Direction direction, Continuation done);

  /// cancel ends the waits: `done` is called soon, not from within.
  void cancel();

 private:
  friend class Poller;

  [[nodiscard]] bool watch(std::uint32_t events) noexcept;
  void note(std::uint32_t events) noexcept;
  [[nodiscard]] Continuation& place_of(Direction direction) noexcept;
  void fire(Continuation& done);
  void abandon() noexcept;

  Poller& poller_;
  Readiness* next_ = nullptr;
  Readiness* previous_ = nullptr;
  Continuation read_;
  Continuation write_;
  Continuation write_for_read_;
  int descriptor_ = -1;
  std::uint32_t watched_ = 0;  // epoll events; 0: not registered
  bool readable_ = false;
  bool writable_ = false;
  bool ended_ = false;
};

}  // namespace signgate::net
