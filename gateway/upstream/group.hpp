// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/net/endpoint.hpp"
#include "gateway/net/stream.hpp"
#include "gateway/upstream/tls_target.hpp"

namespace signgate::upstream {

/// Peer is one address of an upstream with what this worker knows of it.
struct Peer {
  config::Peer settings;
  net::Endpoint endpoint;
  std::string text;  // $upstream_addr

  std::int64_t current_weight = 0;
  std::int64_t effective_weight = 1;
  std::uint32_t fails = 0;
  std::uint32_t active = 0;  // exchanges under way
  SteadyTime accessed{};     // last failure
  SteadyTime checked{};      // last time it was given a chance
};

/// Connection is an open connection to a peer; whoever holds it uses it alone.
struct Connection {
  Connection(net::Socket socket, net::DeadlineWheel& wheel, std::size_t index)
      : stream(std::move(socket), wheel, Side::upstream), peer(index) {}

  net::Stream stream;
  TlsTarget tls;               // what it was made for
  std::size_t peer;            // index into the group
  std::uint64_t requests = 0;  // sent on it, the present one included
  SteadyTime opened = std::chrono::steady_clock::now();
  SteadyTime idle_since{};
};

/// Group is an upstream on one worker: its peers, their health and the idle connections. It belongs
/// to the worker's thread. Source: nginx, ngx_http_upstream_module: weight, max_fails,
/// fail_timeout, backup, down, max_conns, keepalive.
class Group {
 public:
  /// Tried remembers which peers one request has asked.
  using Tried = std::vector<bool>;

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// Group takes an upstream and the endpoints of each of its peers, in the order of
  /// `settings.peers`. A name with several addresses counts as that many peers.
  Group(config::Upstream settings, const std::vector<std::vector<net::Endpoint>>& endpoints);

  /// select picks the next peer by smooth weighted round robin among those that are up and not
  /// tried; backups when no other is left; `none` when all are out. It counts the exchange as
  /// active until report() is called.
  [[nodiscard]] std::size_t select(const Tried& tried, SteadyTime now);

  /// report ends an exchange with the peer. A failure counts towards max_fails; a lone peer is
  /// never taken out.
  void report(std::size_t peer, bool failed, SteadyTime now);

  /// take_idle gives the youngest idle connection to that peer that was made for `tls` and is still
  /// open and silent, or null.
  [[nodiscard]] std::unique_ptr<Connection> take_idle(std::size_t peer, const TlsTarget& tls = {});

  /// put_idle keeps a connection whose last exchange ended cleanly, unless its limits are reached;
  /// the oldest one goes when there are more than `keepalive`.
  void put_idle(std::unique_ptr<Connection> connection);

  /// sweep closes idle connections that are too old or that the peer has closed.
  void sweep(SteadyTime now);

  void close_idle() noexcept { idle_.clear(); }

  [[nodiscard]] Peer& peer(std::size_t index) noexcept { return peers_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return peers_.size(); }
  [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }
  [[nodiscard]] const config::Upstream& settings() const noexcept { return settings_; }

 private:
  [[nodiscard]] bool is_up(const Peer& peer, SteadyTime now) const;
  [[nodiscard]] std::size_t select_among(const Tried& tried, bool backup, SteadyTime now);

  config::Upstream settings_;
  std::vector<Peer> peers_;
  std::vector<std::unique_ptr<Connection>> idle_;  // oldest first
};

}  // namespace signgate::upstream
