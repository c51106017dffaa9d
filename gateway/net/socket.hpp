// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "gateway/net/endpoint.hpp"
#include "gateway/net/io.hpp"

namespace signgate::net {

/// Socket owns the descriptor of a stream socket, TCP or unix, non-blocking, or none yet. It names
/// the worker that it belongs to; a net::Stream reads and writes it.
class Socket {
 public:
  explicit Socket(const Executor& executor, int descriptor = -1) noexcept
      : executor_(executor), descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept
      : executor_(other.executor_), descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket();

  /// open makes a new socket of that family; false with errno when the system has none.
  [[nodiscard]] bool open(int family) noexcept;
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  [[nodiscard]] int native_handle() const noexcept { return descriptor_; }
  [[nodiscard]] const Executor& get_executor() const noexcept { return executor_; }

  /// release gives up the descriptor.
  [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }

  /// set sets a whole number as a socket option; what the system refuses stays as it was.
  void set(int level, int option, int value) noexcept;

  /// local_endpoint is the address at this end; without a family when it cannot be told.
  [[nodiscard]] Endpoint local_endpoint() const noexcept;

 private:
  Executor executor_;
  int descriptor_;
};

}  // namespace signgate::net
