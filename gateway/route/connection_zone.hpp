// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace signgate::route {

/// ConnectionZone counts requests under way by key. Its memory is bounded: who finds no room is
/// refused, since no count of a request under way can be forgotten. Not thread-safe.
/// Source: nginx, ngx_http_limit_conn_module.
class ConnectionZone {
 public:
  /// ConnectionZone takes its memory in bytes.
  explicit ConnectionZone(std::uint64_t size) : size_(size) {}

  /// enter counts one more for that key; false, and nothing is counted, when there are `most` or
  /// there is no room.
  [[nodiscard]] bool enter(const std::string& key, std::uint32_t most);

  /// leave takes back what an enter of that key has counted; of one that has counted nothing,
  /// nothing.
  void leave(const std::string& key) noexcept;

  /// keys is how many keys have requests under way.
  [[nodiscard]] std::size_t keys() const noexcept { return counts_.size(); }

 private:
  std::uint64_t size_;
  std::uint64_t used_ = 0;
  std::unordered_map<std::string, std::uint32_t> counts_;
};

}  // namespace signgate::route
