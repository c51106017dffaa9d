// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/trusted_hosts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace signgate::server {
namespace {

TEST(ResolveTrustedHosts, AddsTheAddressesOfNames) {
  config::Config config;
  config::Server server;
  server.settings.access.set_real_ip_from = {*parse_network("10.0.0.0/8")};
  server.settings.access.trusted_hosts = {{"localhost", {3, 5}}};
  config::Route route;
  route.settings = server.settings;
  server.routes = {route, {}};
  config.servers = {server};
  EXPECT_TRUE(resolve_trusted_hosts(config).empty());
  for (const config::Settings* settings :
       {&config.servers[0].settings, &config.servers[0].routes[0].settings}) {
    const auto& networks = settings->access.set_real_ip_from;
    EXPECT_TRUE(contains(networks, *parse_ip("10.1.2.3")));
    EXPECT_TRUE(contains(networks, *parse_ip("127.0.0.1")) || contains(networks, *parse_ip("::1")));
    EXPECT_FALSE(contains(networks, *parse_ip("192.0.2.1")));
  }
  EXPECT_TRUE(config.servers[0].routes[1].settings.access.set_real_ip_from.empty());
}

TEST(ResolveTrustedHosts, TellsOnceWhereAnUnknownNameStands) {
  config::Config config;
  config.settings.access.trusted_hosts = {{"nobody.invalid", {2, 20}}};
  config::Server server;
  server.settings = config.settings;
  config.servers = {server, server};
  const auto lost = resolve_trusted_hosts(config);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].place, (config::Place{2, 20}));
  EXPECT_TRUE(
      lost[0].message.starts_with("set_real_ip_from: host \"nobody.invalid\" is not found: "))
      << lost[0].message;
}

}  // namespace
}  // namespace signgate::server
