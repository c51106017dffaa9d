// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/limit_zones.hpp"

#include <map>
#include <tuple>

namespace signgate::proxy {
namespace {

// The zones that some configuration uses. The process has one set of them, as nginx has its shared
// memory.
template <class Zone>
class Registry {
 public:
  template <class... Arguments>
  std::shared_ptr<Zone> find(const config::LimitZone& settings, Arguments... arguments) {
    const std::lock_guard lock(mutex_);
    std::erase_if(zones_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<Zone>& known =
        zones_[{settings.name, settings.key, settings.size, settings.milli_rate}];
    std::shared_ptr<Zone> zone = known.lock();
    if (!zone) known = zone = std::make_shared<Zone>(arguments...);
    return zone;
  }

 private:
  using Key = std::tuple<std::string, std::string, std::uint64_t, std::uint64_t>;

  std::mutex mutex_;
  std::map<Key, std::weak_ptr<Zone>> zones_;
};

}  // namespace

std::shared_ptr<const LimitZones> LimitZones::make(const route::Router& router) {
  static Registry<SharedRateZone> requests;
  static Registry<SharedConnectionZone> connections;
  auto zones = std::make_shared<LimitZones>();
  for (const route::LimitZone& zone : router.request_zones()) {
    zones->requests.push_back(
        requests.find(zone.settings, zone.settings.size, zone.settings.milli_rate));
  }
  for (const route::LimitZone& zone : router.connection_zones())
    zones->connections.push_back(connections.find(zone.settings, zone.settings.size));
  return zones;
}

bool ConnectionSlots::enter(const std::shared_ptr<SharedConnectionZone>& zone, std::string key,
                            std::uint32_t most) {
  slots_.reserve(slots_.size() + 1);
  const std::lock_guard lock(zone->mutex);
  if (!zone->zone.enter(key, most)) return false;
  slots_.push_back({zone, std::move(key)});
  return true;
}

void ConnectionSlots::leave() {
  for (const Slot& slot : slots_) {
    const std::lock_guard lock(slot.zone->mutex);
    slot.zone->zone.leave(slot.key);
  }
  slots_.clear();
}

}  // namespace signgate::proxy
