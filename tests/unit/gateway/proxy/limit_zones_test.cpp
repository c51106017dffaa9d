// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/limit_zones.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

std::shared_ptr<const LimitZones> zones(std::vector<config::LimitZone> requests,
                                        std::vector<config::LimitZone> connections = {}) {
  config::Config config;
  config.limit_req_zones = std::move(requests);
  config.limit_conn_zones = std::move(connections);
  const auto router = route::Router::make(config, {});
  EXPECT_TRUE(router);
  return LimitZones::make(**router);
}

TEST(LimitZones, OutliveAReloadThatLeavesThemAlone) {
  const config::LimitZone one{"$host", "lz_one", 65536, 1000};
  const auto before = zones({one});
  EXPECT_EQ(zones({{"$host", "lz_other", 65536, 1000}, one})->requests[1], before->requests[0]);
}

TEST(LimitZones, BeginAnewWhenTheyChange) {
  const auto before = zones({{"$host", "lz_two", 65536, 1000}});
  for (const config::LimitZone& changed : {config::LimitZone{"$uri", "lz_two", 65536, 1000},
                                           config::LimitZone{"$host", "lz_two", 131072, 1000},
                                           config::LimitZone{"$host", "lz_two", 65536, 2000}}) {
    EXPECT_NE(zones({changed})->requests[0], before->requests[0]);
  }
}

TEST(LimitZones, GoWithTheLastConfigurationThatHasThem) {
  std::weak_ptr<SharedRateZone> zone;
  {
    const auto only = zones({{"$host", "lz_three", 65536, 1000}});
    zone = only->requests[0];
    EXPECT_FALSE(zone.expired());
  }
  EXPECT_TRUE(zone.expired());
}

TEST(ConnectionSlots, AreLeftInTheEnd) {
  const auto made = zones({}, {{"$host", "lz_four", 65536, 0}});
  const auto& zone = made->connections[0];
  {
    ConnectionSlots first;
    ConnectionSlots second;
    EXPECT_TRUE(first.enter(zone, "a", 1));
    EXPECT_FALSE(second.enter(zone, "a", 1));
    EXPECT_TRUE(second.enter(zone, "b", 1));
    first.leave();
    EXPECT_TRUE(second.enter(zone, "a", 1));
  }
  EXPECT_EQ(zone->zone.keys(), 0U);
}

}  // namespace
}  // namespace signgate::proxy
