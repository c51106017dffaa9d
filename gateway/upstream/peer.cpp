// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/peer.hpp"

#include <utility>

namespace signgate::upstream {

std::shared_ptr<SharedPeer> PeerRegistry::get(const std::string& upstream,
                                              const std::string& address, bool healthy) {
  const std::lock_guard lock(mutex_);
  std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<SharedPeer>& entry = known_[{upstream, address}];
  std::shared_ptr<SharedPeer> shared = entry.lock();
  if (!shared) {
    shared = std::make_shared<SharedPeer>();
    shared->healthy = healthy;
    entry = shared;
  }
  return shared;
}

std::shared_ptr<Zone> PeerRegistry::zone(const std::string& upstream) {
  const std::lock_guard lock(mutex_);
  std::erase_if(zones_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<Zone>& entry = zones_[upstream];
  std::shared_ptr<Zone> zone = entry.lock();
  if (!zone) entry = zone = std::make_shared<Zone>();
  return zone;
}

bool Peer::is_full() const noexcept {
  return settings.max_conns != 0 &&
         shared->connections.load(std::memory_order_relaxed) >= settings.max_conns;
}

bool Peer::is_up(SteadyTime now) const noexcept {
  if (settings.down || is_full() || !shared->healthy.load(std::memory_order_relaxed)) return false;
  return settings.max_fails == 0 || account->fails < settings.max_fails ||
         now - account->checked > settings.fail_timeout;
}

}  // namespace signgate::upstream
