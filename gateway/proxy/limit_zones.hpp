// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/route/connection_zone.hpp"
#include "gateway/route/rate_zone.hpp"
#include "gateway/route/router.hpp"

namespace signgate::proxy {

/// SharedZone is a zone that all workers use, one at a time: hold the mutex for each call.
template <class Zone>
struct SharedZone {
  template <class... Arguments>
  explicit SharedZone(Arguments... arguments) : zone(arguments...) {}

  std::mutex mutex;
  Zone zone;
};

using SharedRateZone = SharedZone<route::RateZone>;
using SharedConnectionZone = SharedZone<route::ConnectionZone>;

/// LimitZones are the zones of one configuration, in the order of Router::request_zones and
/// Router::connection_zones. A zone that two configurations have alike (name, key, size, rate) is
/// one zone, so that a reload forgets nothing.
struct LimitZones {
  std::vector<std::shared_ptr<SharedRateZone>> requests;
  std::vector<std::shared_ptr<SharedConnectionZone>> connections;

  /// make finds or makes the zones of a router. Any thread.
  [[nodiscard]] static std::shared_ptr<const LimitZones> make(const route::Router& router);
};

/// ConnectionSlots are the places of one request in zones of limit_conn; they are left in the end.
class ConnectionSlots {
 public:
  ConnectionSlots() = default;
  ~ConnectionSlots() { leave(); }
  ConnectionSlots(const ConnectionSlots&) = delete;
  ConnectionSlots& operator=(const ConnectionSlots&) = delete;

  /// enter takes a place for that key; false when `most` are taken.
  [[nodiscard]] bool enter(const std::shared_ptr<SharedConnectionZone>& zone, std::string key,
                           std::uint32_t most);

  /// leave gives all places back.
  void leave();

 private:
  struct Slot {
    std::shared_ptr<SharedConnectionZone> zone;
    std::string key;
  };
  std::vector<Slot> slots_;
};

}  // namespace signgate::proxy
