// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {

/// BufferPool lends a worker's buffers of limits::tunnel_buffer bytes, so that thousands of quiet
/// tunnels share those of the few that move. The worker's thread alone.
class BufferPool {
 public:
  using Buffer = std::unique_ptr<char[]>;

  /// take lends a buffer; its bytes are whatever they were.
  [[nodiscard]] Buffer take() {
    if (kept_.empty()) return std::make_unique_for_overwrite<char[]>(limits::tunnel_buffer);
    Buffer buffer = std::move(kept_.back());
    kept_.pop_back();
    return buffer;
  }

  /// give takes it back; what is more than limits::tunnel_buffers is freed.
  void give(Buffer buffer) {
    if (kept_.size() < limits::tunnel_buffers) kept_.push_back(std::move(buffer));
  }

  [[nodiscard]] std::size_t kept() const noexcept { return kept_.size(); }

 private:
  std::vector<Buffer> kept_;
};

}  // namespace signgate::proxy
