// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/route/router.hpp"
#include "gateway/upstream/balancer.hpp"
#include "gateway/upstream/idle_pool.hpp"

namespace signgate::upstream {

/// Outcome is how an exchange with a peer ended, for the peer's account.
enum class Outcome : std::uint8_t {
  good,    // it answered; also when the client went away
  failed,  // counts towards max_fails
  passed,  // its answer was not wanted (http_403, http_404): the next one is asked, nothing counts
};

/// Group is an upstream on one worker: its peers, their health and the idle connections. It belongs
/// to the worker's thread. With `zone` it keeps its peers' accounts together with the groups of the
/// other workers, under the zone's lock. Source: nginx, ngx_http_upstream_module.
class Group {
 public:
  /// Endpoints are the addresses of each `server` line; a line whose name is not resolved has none.
  using Endpoints = std::vector<std::vector<net::Endpoint>>;

  /// Group takes an upstream and its addresses. Of `former`, the same upstream before a reload, it
  /// keeps the peers that stay, with all that is known of them, and the idle connections.
  Group(const route::Group& settings, const Endpoints& endpoints, PeerRegistry& registry,
        const Group* former = nullptr);

  /// replace gives one `server` line other addresses; peers that stay keep their state, idle
  /// connections to those that go are closed. Requests under way go on with the peers they have.
  void replace(std::size_t server, const std::vector<net::Endpoint>& endpoints);

  /// begin starts the choosing for a request. `key` is what the key of `hash` says for it.
  [[nodiscard]] Selection begin(std::string_view client, std::string key) const {
    return {set_, settings_.balance.method, client, std::move(key)};
  }

  /// select gives the next peer for a request, or null when all are out. It counts the exchange as
  /// under way until release is called.
  [[nodiscard]] std::shared_ptr<Peer> select(Selection& selection, SteadyTime now);

  /// release ends an exchange with a peer that select gave.
  void release(const Selection& selection, Peer& peer, Outcome outcome, SteadyTime now);

  [[nodiscard]] IdlePool& idle() noexcept { return *idle_; }
  [[nodiscard]] const route::Group& settings() const noexcept { return settings_; }

  /// name is what $upstream_addr shows when no peer could be chosen.
  [[nodiscard]] const std::shared_ptr<const std::string>& name() const noexcept { return name_; }
  [[nodiscard]] const PeerSet& peers() const noexcept { return *set_; }

 private:
  void assemble(const PeerSet* former, bool keeps_accounts);
  [[nodiscard]] std::unique_lock<std::mutex> lock() const;  // the zone's, if any

  route::Group settings_;
  std::shared_ptr<const std::string> name_;
  Endpoints endpoints_;
  PeerRegistry& registry_;
  std::shared_ptr<Zone> zone_;  // null: the accounts are this worker's own
  std::shared_ptr<const PeerSet> set_;
  std::shared_ptr<const HashRing> ring_;
  std::shared_ptr<IdlePool> idle_;  // the former's as well: its requests give back to it
  Random random_;
};

}  // namespace signgate::upstream
