// SPDX-License-Identifier: Apache-2.0
#include "signing/expiry_window.hpp"

#include <bit>
#include <cstring>

namespace signgate::signing {
namespace {

/// Mixer is written out here because every replica of every version must agree. It takes eight
/// bytes at a time, the lowest first, as a byte at a time would cost a link more than the rest of
/// its assembly.
class Mixer {
 public:
  /// add takes a text; its length goes in as well, so that no two lists of texts look alike.
  void add(std::string_view text) noexcept {
    const std::size_t length = text.size();
    for (; text.size() >= 8; text.remove_prefix(8))
      mix(word(text.data(), 8));
    mix(word(text.data(), text.size()));
    mix(length);
  }

  /// result ends it with the finaliser of MurmurHash3.
  [[nodiscard]] std::uint64_t result() const noexcept {
    std::uint64_t hash = state_;
    hash = (hash ^ hash >> 33) * 0xFF51AFD7ED558CCD;
    hash = (hash ^ hash >> 33) * 0xC4CEB9FE1A85EC53;
    return hash ^ hash >> 33;
  }

 private:
  static std::uint64_t word(const char* bytes, std::size_t count) noexcept {
    std::uint64_t value = 0;
    if (std::endian::native == std::endian::little && count == 8) {
      std::memcpy(&value, bytes, 8);
      return value;
    }
    for (std::size_t i = count; i-- > 0;)
      value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
  }
  void mix(std::uint64_t value) noexcept {
    state_ = (state_ ^ value) * 0x9E3779B97F4A7C15;
    state_ ^= state_ >> 32;
  }

  std::uint64_t state_ = 0xCBF29CE484222325;
};

std::uint64_t stable_hash(std::string_view rule, std::string_view resource) noexcept {
  Mixer mixer;
  mixer.add(rule);
  mixer.add(resource);
  return mixer.result();
}

/// edge_at is the first edge of the grid at or after `now`.
UnixSeconds edge_at(std::int64_t window, std::string_view rule, std::string_view resource,
                    UnixSeconds now) noexcept {
  if (window <= 0) return now;
  const auto shift =
      static_cast<std::int64_t>(stable_hash(rule, resource) % static_cast<std::uint64_t>(window));
  std::int64_t since = (now - shift) % window;
  if (since < 0) since += window;
  return since == 0 ? now : now + (window - since);
}

}  // namespace

UnixSeconds expiry_at(const ExpiryWindow& window, std::string_view rule, std::string_view resource,
                      UnixSeconds now) noexcept {
  return edge_at(window.window, rule, resource, now) + window.ttl;
}

UnixSeconds next_edge_at(const ExpiryWindow& window, std::string_view rule,
                         std::string_view resource, UnixSeconds now) noexcept {
  return edge_at(window.window, rule, resource, now) + 1;
}

}  // namespace signgate::signing
