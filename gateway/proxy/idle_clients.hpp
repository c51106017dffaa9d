// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "gateway/net/stream.hpp"

namespace signgate::proxy {

class IdlePlace;

/// reused_at_once says how many idle connections have to go for a new one, of `most` that a worker
/// may have and `open` that it has: none while more than a sixteenth of all places is free, else an
/// eighth of those idle, from 1 to 32. Source: nginx, ngx_drain_connections.
[[nodiscard]] constexpr std::size_t reused_at_once(std::size_t most, std::size_t open,
                                                   std::size_t idle) noexcept {
  const std::size_t free = most > open ? most - open : 0;
  if (free > most / 16) return 0;
  return std::min(idle, std::clamp<std::size_t>(idle / 8, 1, 32));
}

/// IdleClients are a worker's connections that wait for a request, and for what comes before the
/// first one, in the order in which they began to. Every request goes in and out once, so both are
/// a few stores. It owns none of them and outlives them all; the worker's thread.
class IdleClients {
 public:
  IdleClients() = default;
  IdleClients(const IdleClients&) = delete;
  IdleClients& operator=(const IdleClients&) = delete;

  /// insert takes one that is not in it, which came to the address of that number. `is_new`: it has
  /// yet to send its first request.
  void insert(IdlePlace& place, std::size_t listen, bool is_new = false) noexcept;

  /// abort_if ends those whose address' number `ends` holds for; they leave when they notice.
  template <class Ends>
  void abort_if(const Ends& ends);

  /// abort_kept_if does so but for the new ones, whose first request may be on its way (nginx,
  /// ngx_close_idle_connections).
  template <class Ends>
  void abort_kept_if(const Ends& ends);

  /// yield ends `count` that have waited the longest, or all; they are idle no longer, and yielding
  /// until they are gone. At most `count` are looked at.
  void yield(std::size_t count) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t yielding() const noexcept { return yielding_; }

 private:
  friend class IdlePlace;
  void unlink(IdlePlace& place) noexcept;

  IdlePlace* oldest_ = nullptr;
  IdlePlace* newest_ = nullptr;
  std::size_t size_ = 0;
  std::size_t yielding_ = 0;
};

/// IdlePlace is a connection's place among those: part of the connection, whose end is its own.
class IdlePlace {
 public:
  explicit IdlePlace(net::Stream& stream) noexcept : stream_(stream) {}
  ~IdlePlace() {
    leave();
    if (in_ != nullptr) --in_->yielding_;
  }
  IdlePlace(const IdlePlace&) = delete;
  IdlePlace& operator=(const IdlePlace&) = delete;

  /// leave takes it out, if it is in: something of a request has come, or the wait is over.
  void leave() noexcept {
    if (is_waiting_) in_->unlink(*this);
  }

 private:
  friend class IdleClients;

  net::Stream& stream_;
  IdleClients* in_ = nullptr;  // while it waits, and for good once it has yielded
  IdlePlace* older_ = nullptr;
  IdlePlace* newer_ = nullptr;
  std::uint32_t listen_ = 0;
  bool is_waiting_ = false;
  bool is_new_ = false;
};

template <class Ends>
void IdleClients::abort_if(const Ends& ends) {
  for (IdlePlace* each = oldest_; each != nullptr; each = each->newer_) {
    if (ends(each->listen_)) each->stream_.abort();
  }
}

template <class Ends>
void IdleClients::abort_kept_if(const Ends& ends) {
  for (IdlePlace* each = oldest_; each != nullptr; each = each->newer_) {
    if (!each->is_new_ && ends(each->listen_)) each->stream_.abort();
  }
}

}  // namespace signgate::proxy
