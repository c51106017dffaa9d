// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/name_cache.hpp"

#include <netinet/in.h>

#include <cstring>

namespace signgate::net {

Endpoint with_port(const Endpoint& endpoint, std::uint16_t port) {
  Endpoint changed = endpoint;
  const auto set = [&](auto address, std::uint16_t decltype(address)::*member) {
    std::memcpy(&address, endpoint.data(), std::min(sizeof address, endpoint.size()));
    address.*member = htons(port);
    std::memcpy(changed.data(), &address, std::min(sizeof address, endpoint.size()));
  };
  if (endpoint.data()->sa_family == AF_INET) set(sockaddr_in{}, &sockaddr_in::sin_port);
  if (endpoint.data()->sa_family == AF_INET6) set(sockaddr_in6{}, &sockaddr_in6::sin6_port);
  return changed;
}

void NameCache::put(const std::string& name, Resolution resolution, SteadyTime now) {
  if (const auto known = by_name_.find(name); known != by_name_.end()) {
    const auto entry = known->second;
    by_name_.erase(known);
    entries_.erase(entry);
  }
  if (resolution.ttl <= Milliseconds(0)) return;
  if (entries_.size() >= most_) {
    by_name_.erase(entries_.back().name);
    entries_.pop_back();
  }
  const SteadyTime until = now + resolution.ttl;
  entries_.push_front({name, std::move(resolution), until});
  by_name_.emplace(entries_.front().name, entries_.begin());
}

const Resolution* NameCache::find(const std::string& name, SteadyTime now) {
  const auto known = by_name_.find(name);
  if (known == by_name_.end()) return nullptr;
  const auto entry = known->second;
  if (entry->until <= now) {
    by_name_.erase(known);
    entries_.erase(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return &entry->resolution;
}

}  // namespace signgate::net
