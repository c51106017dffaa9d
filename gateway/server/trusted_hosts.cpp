// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/trusted_hosts.hpp"

#include <algorithm>
#include <map>

#include "gateway/net/endpoint.hpp"

namespace signgate::server {
namespace {

/// Finder remembers what it has asked for, since a name is inherited by servers and routes.
class Finder {
 public:
  void find(config::Access& access) {
    for (const config::TrustedHost& host : access.trusted_hosts) {
      for (const Network& network : networks_of(host))
        access.set_real_ip_from.push_back(network);
    }
  }

  [[nodiscard]] std::vector<LostHost> take() { return std::move(lost_); }

 private:
  const std::vector<Network>& networks_of(const config::TrustedHost& host) {
    const auto [known, fresh] = known_.try_emplace(host.name);
    if (fresh) {
      const auto endpoints = net::resolve(host.name, 0);
      if (endpoints) {
        for (const net::Endpoint& endpoint : *endpoints) {
          if (const auto network = parse_network(net::endpoint_host(endpoint)))
            known->second.networks.push_back(*network);
        }
      } else {
        known->second.failure = endpoints.error().detail;
      }
    }
    const Found& found = known->second;
    const bool told = std::any_of(lost_.begin(), lost_.end(),
                                  [&](const LostHost& lost) { return lost.place == host.place; });
    if (found.networks.empty() && !told)
      lost_.push_back({host.place, "set_real_ip_from: " + found.failure});
    return found.networks;
  }

  struct Found {
    std::vector<Network> networks;
    std::string failure = "the host has no address";
  };
  std::map<std::string, Found> known_;
  std::vector<LostHost> lost_;
};

}  // namespace

std::vector<LostHost> resolve_trusted_hosts(config::Config& config) {
  Finder finder;
  finder.find(config.settings.access);
  for (config::Server& server : config.servers) {
    finder.find(server.settings.access);
    for (config::Route& route : server.routes) {
      finder.find(route.settings.access);
      if (route.limit_except) finder.find(route.limit_except->access);
    }
  }
  return finder.take();
}

}  // namespace signgate::server
