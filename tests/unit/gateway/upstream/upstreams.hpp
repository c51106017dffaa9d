// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/upstream/group.hpp"

/// What the tests of upstreams share: small upstreams, and whom they choose.
namespace signgate::upstream {

inline const SteadyTime start{std::chrono::hours(1)};

struct PeerOf {
  std::uint32_t weight = 1;
  bool backup = false;
  bool down = false;
  std::uint32_t max_conns = 0;
  std::uint32_t max_fails = 1;
  Milliseconds slow_start{0};
  std::string address = {};  // empty: 127.0.0.1:9000, 9001, ...
};

/// Upstreams makes groups that know the same registry, as those of one process do.
struct Upstreams {
  PeerRegistry registry = {};
  std::string zone = {};

  static route::Group settings_of(const std::vector<PeerOf>& peers,
                                  config::BalanceMethod method = {}) {
    route::Group settings;
    settings.name = "website";
    settings.balance.method = method;
    std::uint16_t port = 9000;
    for (const PeerOf& each : peers) {
      config::Peer& peer = settings.peers.emplace_back();
      peer.address = each.address.empty() ? "127.0.0.1:" + std::to_string(port) : each.address;
      peer.weight = each.weight;
      peer.backup = each.backup;
      peer.down = each.down;
      peer.max_conns = each.max_conns;
      peer.max_fails = each.max_fails;
      peer.slow_start = each.slow_start;
      ++port;
    }
    return settings;
  }

  static Group::Endpoints endpoints_of(const route::Group& settings) {
    Group::Endpoints endpoints;
    std::uint16_t port = 9000;
    for (const config::Peer& peer : settings.peers) {
      const std::size_t colon = peer.address.rfind(':');
      const bool numeric = colon != std::string::npos && peer.address.starts_with("127.");
      const auto number =
          numeric ? static_cast<std::uint16_t>(std::stoi(peer.address.substr(colon + 1))) : port;
      endpoints.push_back(*net::resolve("127.0.0.1", number));
      ++port;
    }
    return endpoints;
  }

  Group make(const std::vector<PeerOf>& peers, config::BalanceMethod method = {},
             const Group* former = nullptr) {
    route::Group settings = settings_of(peers, method);
    settings.zone = zone;
    return {settings, endpoints_of(settings), registry, former};
  }
};

/// ask chooses for one request and ends its exchange at once; the port's last digit, or -1.
inline int ask(Group& group, const std::string& client = {}, const std::string& key = {},
               Outcome outcome = Outcome::good, SteadyTime now = start) {
  Selection selection = group.begin(client, key);
  const auto peer = group.select(selection, now);
  if (!peer) return -1;
  group.release(selection, *peer, outcome, now);
  return net::endpoint_port(peer->endpoint) % 10;
}

inline std::vector<int> asks(Group& group, int count, SteadyTime now = start) {
  std::vector<int> chosen;
  for (int i = 0; i < count; ++i)
    chosen.push_back(ask(group, {}, {}, Outcome::good, now));
  return chosen;
}

/// order is whom one request asks, one after the other, until nobody is left.
inline std::vector<int> order(Group& group, const std::string& client = {},
                              const std::string& key = {}) {
  std::vector<int> asked;
  Selection selection = group.begin(client, key);
  while (const auto peer = group.select(selection, start)) {
    asked.push_back(net::endpoint_port(peer->endpoint) % 10);
    group.release(selection, *peer, Outcome::passed, start);
  }
  return asked;
}

}  // namespace signgate::upstream
