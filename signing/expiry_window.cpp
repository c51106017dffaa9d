// SPDX-License-Identifier: Apache-2.0
#include "signing/expiry_window.hpp"

namespace signgate::signing {
namespace {

/// Written out here because every replica of every version must agree: FNV-1a over both texts with
/// a zero byte between, then the finaliser of MurmurHash3, as FNV's low bits alone are uneven.
std::uint64_t stable_hash(std::string_view rule, std::string_view resource) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto add = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001B3; };
  for (const char c : rule)
    add(static_cast<unsigned char>(c));
  add(0);
  for (const char c : resource)
    add(static_cast<unsigned char>(c));
  hash = (hash ^ hash >> 33) * 0xFF51AFD7ED558CCD;
  hash = (hash ^ hash >> 33) * 0xC4CEB9FE1A85EC53;
  return hash ^ hash >> 33;
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
