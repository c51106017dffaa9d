// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/group.hpp"

#include <algorithm>

namespace signgate::upstream {

Group::Group(config::Upstream settings, const std::vector<std::vector<net::Endpoint>>& endpoints)
    : settings_(std::move(settings)) {
  for (std::size_t i = 0; i < settings_.peers.size(); ++i) {
    for (const net::Endpoint& endpoint : endpoints[i]) {
      Peer peer;
      peer.settings = settings_.peers[i];
      peer.endpoint = endpoint;
      peer.text = net::endpoint_text(endpoint);
      peer.effective_weight = peer.settings.weight;
      peers_.push_back(std::move(peer));
    }
  }
}

bool Group::is_up(const Peer& peer, SteadyTime now) const {
  if (peer.settings.down) return false;
  if (peer.settings.max_conns != 0 && peer.active >= peer.settings.max_conns) return false;
  return peer.settings.max_fails == 0 || peer.fails < peer.settings.max_fails ||
         now - peer.checked > peer.settings.fail_timeout;
}

std::size_t Group::select_among(const Tried& tried, bool backup, SteadyTime now) {
  std::size_t best = none;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    Peer& peer = peers_[i];
    if (peer.settings.backup != backup || (i < tried.size() && tried[i]) || !is_up(peer, now))
      continue;
    peer.current_weight += peer.effective_weight;
    total += peer.effective_weight;
    if (peer.effective_weight < peer.settings.weight) ++peer.effective_weight;
    if (best == none || peer.current_weight > peers_[best].current_weight) best = i;
  }
  if (best == none) return none;
  Peer& peer = peers_[best];
  peer.current_weight -= total;
  if (now - peer.checked > peer.settings.fail_timeout) peer.checked = now;
  return best;
}

std::size_t Group::select(const Tried& tried, SteadyTime now) {
  std::size_t chosen = none;
  if (peers_.size() == 1) {
    const Peer& peer = peers_.front();
    const bool full = peer.settings.max_conns != 0 && peer.active >= peer.settings.max_conns;
    if (!peer.settings.down && !full && (tried.empty() || !tried[0])) chosen = 0;
  } else {
    chosen = select_among(tried, false, now);
    if (chosen == none) chosen = select_among(tried, true, now);
  }
  if (chosen != none) ++peers_[chosen].active;
  return chosen;
}

void Group::report(std::size_t index, bool failed, SteadyTime now) {
  Peer& peer = peers_[index];
  --peer.active;
  if (!failed) {
    // A success after the time-out proves the peer; one within it does not wipe out the failures
    // (nginx).
    if (peer.accessed < peer.checked) peer.fails = 0;
    return;
  }
  ++peer.fails;
  peer.accessed = peer.checked = now;
  if (peer.settings.max_fails != 0) {
    peer.effective_weight -= peer.settings.weight / peer.settings.max_fails;
    peer.effective_weight = std::max<std::int64_t>(peer.effective_weight, 0);
  }
}

std::unique_ptr<Connection> Group::take_idle(std::size_t index, const TlsTarget& tls) {
  for (std::size_t i = idle_.size(); i-- > 0;) {
    if (idle_[i]->peer != index || idle_[i]->tls != tls) continue;
    std::unique_ptr<Connection> connection = std::move(idle_[i]);
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
    if (connection->stream.is_quiet()) return connection;
  }
  return nullptr;
}

void Group::put_idle(std::unique_ptr<Connection> connection) {
  if (settings_.keepalive == 0 || connection->requests >= settings_.keepalive_requests) return;
  connection->idle_since = connection->stream.now();
  if (idle_.size() >= settings_.keepalive) idle_.erase(idle_.begin());
  idle_.push_back(std::move(connection));
}

void Group::sweep(SteadyTime now) {
  std::erase_if(idle_, [&](const std::unique_ptr<Connection>& connection) {
    return now - connection->idle_since > settings_.keepalive_timeout ||
           !connection->stream.is_quiet();
  });
}

}  // namespace signgate::upstream
