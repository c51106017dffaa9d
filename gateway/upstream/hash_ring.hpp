// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace signgate::upstream {

/// crc32 is the CRC-32 of ISO 3309, as zlib's and nginx's; `seed` continues an earlier one.
[[nodiscard]] std::uint32_t crc32(std::string_view bytes, std::uint32_t seed = 0) noexcept;

/// HashRing is the ring of `hash KEY consistent`: 160 points for each unit of weight, at the places
/// where Cache::Memcached::Fast and nginx put them (ngx_http_upstream_hash_module), so that keys
/// stay where they were when nginx goes. A value: filled once, then only read.
class HashRing {
 public:
  /// add puts a server's points on the ring. `server` is its address as configured ("10.0.0.1:80",
  /// "app", "unix:/run/app"); find tells it by `number`.
  void add(std::string_view server, std::uint32_t weight, std::uint32_t number);

  /// finish sorts the points; of those at one place the first one added stays.
  void finish();

  /// find is the first point at or behind the key's place; it may be size(), which is the ring's
  /// beginning.
  [[nodiscard]] std::size_t find(std::string_view key) const noexcept;

  /// at is the number of the server that has the point; indexes go round.
  [[nodiscard]] std::uint32_t at(std::size_t point) const noexcept {
    return points_[point % points_.size()].number;
  }

  [[nodiscard]] std::size_t size() const noexcept { return points_.size(); }

 private:
  struct Point {
    std::uint32_t place;
    std::uint32_t number;
  };

  std::vector<Point> points_;
};

}  // namespace signgate::upstream
