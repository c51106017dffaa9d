// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/base/clock.hpp"
#include "gateway/net/endpoint.hpp"

namespace signgate::net {

/// Resolution is what a name server said of a name.
struct Resolution {
  std::vector<Endpoint> addresses;  // with port 0; none = there is no such host, or it has none
  Milliseconds ttl{0};              // how long that holds
};

/// with_port is the endpoint with another port; a unix socket stays as it is.
[[nodiscard]] Endpoint with_port(const Endpoint& endpoint, std::uint16_t port);

/// NameCache remembers what names resolve to for as long as it holds, up to a number of names; the
/// one that was not asked for the longest makes room. Not thread-safe.
class NameCache {
 public:
  explicit NameCache(std::size_t most) : most_(most) {}

  /// put remembers an answer that came at `now`; one whose time is 0 is not kept.
  void put(const std::string& name, Resolution resolution, SteadyTime now);

  /// find gives what still holds at `now`, or null. The pointer dies with the next put.
  [[nodiscard]] const Resolution* find(const std::string& name, SteadyTime now);

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    std::string name;
    Resolution resolution;
    SteadyTime until;
  };

  std::size_t most_;
  std::list<Entry> entries_;  // asked for last comes first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_name_;
};

}  // namespace signgate::net
