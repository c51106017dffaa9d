// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/hash_ring.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "gateway/http/text.hpp"

namespace signgate::upstream {
namespace {

constexpr std::uint32_t points_per_weight = 160;

struct HostAndPort {
  std::string_view host;
  std::string_view port;
};

// Only what is digits to the end counts as a port: the rest of "[::1]" is part of the host.
HostAndPort split(std::string_view server) {
  constexpr std::string_view unix_scheme = "unix:";
  if (server.size() >= unix_scheme.size() &&
      http::equal_ignoring_case(server.substr(0, unix_scheme.size()), unix_scheme))
    return {server.substr(unix_scheme.size()), {}};
  const std::size_t last = server.find_last_not_of("0123456789");
  if (last == std::string_view::npos || server[last] != ':') return {server, {}};
  return {server.substr(0, last), server.substr(last + 1)};
}

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t seed) noexcept {
  return static_cast<std::uint32_t>(
      ::crc32(seed, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

void HashRing::add(std::string_view server, std::uint32_t weight, std::uint32_t number) {
  const auto [host, port] = split(server);
  const std::uint32_t base = crc32(port, crc32(std::string_view("", 1), crc32(host)));
  std::uint32_t previous = 0;
  for (std::uint32_t i = 0; i < weight * points_per_weight; ++i) {
    const std::array<char, 4> little_endian = {
        static_cast<char>(previous), static_cast<char>(previous >> 8),
        static_cast<char>(previous >> 16), static_cast<char>(previous >> 24)};
    previous = crc32({little_endian.data(), little_endian.size()}, base);
    points_.push_back({previous, number});
  }
}

void HashRing::finish() {
  std::stable_sort(points_.begin(), points_.end(),
                   [](const Point& a, const Point& b) { return a.place < b.place; });
  const auto end = std::unique(points_.begin(), points_.end(),
                               [](const Point& a, const Point& b) { return a.place == b.place; });
  points_.erase(end, points_.end());
}

std::size_t HashRing::find(std::string_view key) const noexcept {
  const std::uint32_t place = crc32(key);
  const auto found = std::lower_bound(
      points_.begin(), points_.end(), place,
      [](const Point& point, std::uint32_t wanted) { return point.place < wanted; });
  return static_cast<std::size_t>(found - points_.begin());
}

}  // namespace signgate::upstream
