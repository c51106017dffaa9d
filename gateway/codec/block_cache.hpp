// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace signgate::codec {

/// BlockCache lends memory and keeps what comes back for whoever asks for a block of that size
/// next: libbrotli takes some megabytes for each encoder, and cannot reset one. One thread's.
class BlockCache {
 public:
  /// BlockCache keeps at most `most` bytes that nobody uses.
  explicit BlockCache(std::size_t most) noexcept : most_(most) {}
  ~BlockCache();
  BlockCache(const BlockCache&) = delete;
  BlockCache& operator=(const BlockCache&) = delete;

  /// take gives a block of that size, aligned for anything; null when there is no memory.
  [[nodiscard]] void* take(std::size_t size) noexcept;

  /// give takes a block back that came from take; null is nothing.
  void give(void* block) noexcept;

  /// kept is how many bytes wait.
  [[nodiscard]] std::size_t kept() const noexcept { return kept_; }

 private:
  struct Header;

  std::size_t most_;
  std::size_t kept_ = 0;
  std::vector<Header*> free_;  // the one that came last at the end
};

}  // namespace signgate::codec
