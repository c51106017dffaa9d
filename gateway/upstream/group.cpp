// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/group.hpp"

#include <algorithm>

namespace signgate::upstream {
namespace {

// The peer of that line's text and address which was there before, if any.
std::shared_ptr<Peer> find_former(const PeerSet* former, const config::Peer& settings,
                                  const std::string& text) {
  if (former == nullptr) return nullptr;
  for (const Tier* tier : {&former->primary, &former->backup}) {
    for (const std::shared_ptr<Peer>& peer : tier->peers) {
      if (peer->settings.address == settings.address && *peer->text == text) return peer;
    }
  }
  return nullptr;
}

}  // namespace

Group::Group(const route::Group& settings, const Endpoints& endpoints, PeerRegistry& registry,
             const Group* former)
    : settings_(settings),
      name_(std::make_shared<const std::string>(settings.name)),
      endpoints_(endpoints),
      registry_(registry),
      zone_(settings.zone.empty() ? nullptr : registry.zone(settings.name)),
      idle_(former != nullptr ? former->idle_ : std::make_shared<IdlePool>()),
      random_(std::random_device{}()) {
  idle_->configure(settings_);
  if (settings_.balance.method == config::BalanceMethod::hash_consistent) {
    auto ring = std::make_shared<HashRing>();
    for (std::size_t i = 0; i < settings_.peers.size(); ++i)
      ring->add(settings_.peers[i].address, settings_.peers[i].weight,
                static_cast<std::uint32_t>(i));
    ring->finish();
    ring_ = std::move(ring);
  }
  // A name that could not be asked for keeps the addresses that it had.
  for (std::size_t i = 0; former != nullptr && i < endpoints_.size(); ++i) {
    for (std::size_t j = 0; endpoints_[i].empty() && j < former->endpoints_.size(); ++j) {
      if (former->settings_.peers[j].address == settings_.peers[i].address)
        endpoints_[i] = former->endpoints_[j];
    }
  }
  // A zone that comes or goes begins its accounts anew: requests under way end with the old ones.
  assemble(former != nullptr ? former->set_.get() : nullptr,
           former != nullptr && former->zone_ == zone_);
}

std::unique_lock<std::mutex> Group::lock() const {
  return zone_ ? zone_->lock() : std::unique_lock<std::mutex>();
}

void Group::assemble(const PeerSet* former, bool keeps_accounts) {
  const auto held = lock();
  auto set = std::make_shared<PeerSet>();
  set->ring = ring_;
  for (const config::Peer& peer : settings_.peers)
    set->slow_start = set->slow_start || peer.slow_start > Milliseconds(0);
  const bool same_parts = former != nullptr && former->slow_start == set->slow_start;
  std::vector<const Peer*> kept;
  for (std::size_t i = 0; i < settings_.peers.size(); ++i) {
    const config::Peer& line = settings_.peers[i];
    for (const net::Endpoint& endpoint : endpoints_[i]) {
      const std::string text = net::endpoint_text(endpoint);
      std::shared_ptr<Peer> peer = keeps_accounts ? find_former(former, line, text) : nullptr;
      if (peer && std::find(kept.begin(), kept.end(), peer.get()) != kept.end()) peer = nullptr;
      if (peer) {
        peer->account->effective_weight =
            std::min<std::int64_t>(peer->account->effective_weight, line.weight);
        if (peer->settings.weight != line.weight) peer->account->effective_weight = line.weight;
        if (!same_parts) peer->account->current_weight = 0;
      } else {
        peer = std::make_shared<Peer>();
        peer->endpoint = endpoint;
        peer->text = std::make_shared<const std::string>(text);
        const bool waits = settings_.health_check && settings_.health_check->mandatory;
        peer->shared = registry_.get(settings_.name, text, !waits);
        if (zone_) {
          const auto nth = std::count_if(kept.begin(), kept.end(), [&](const Peer* other) {
            return other->settings.address == line.address && *other->text == text;
          });
          peer->account =
              zone_->account(line.address, text, static_cast<std::size_t>(nth), line.weight);
        } else {
          peer->account->effective_weight = line.weight;
        }
      }
      peer->settings = line;
      kept.push_back(peer.get());
      (line.backup ? set->backup : set->primary)
          .add(std::move(peer), static_cast<std::uint32_t>(i));
    }
  }
  if (former != nullptr) {
    for (const Tier* tier : {&former->primary, &former->backup}) {
      for (const std::shared_ptr<Peer>& peer : tier->peers) {
        if (std::find(kept.begin(), kept.end(), peer.get()) == kept.end()) idle_->drop(*peer);
      }
    }
  }
  set_ = std::move(set);
}

void Group::replace(std::size_t server, const std::vector<net::Endpoint>& endpoints) {
  if (endpoints_[server] == endpoints) return;
  endpoints_[server] = endpoints;
  const std::shared_ptr<const PeerSet> former = set_;
  assemble(former.get(), true);
}

std::shared_ptr<Peer> Group::select(Selection& selection, SteadyTime now) {
  const auto held = lock();
  while (true) {
    Peer* const peer = selection.next(now, random_);
    if (peer == nullptr) return nullptr;
    const std::uint32_t most = peer->settings.max_conns;
    selection.counted_ = most != 0;
    if (selection.counted_ &&
        peer->shared->connections.fetch_add(1, std::memory_order_relaxed) >= most) {
      // Another worker took the last place meanwhile: this peer counts as asked.
      peer->shared->connections.fetch_sub(1, std::memory_order_relaxed);
      continue;
    }
    ++peer->account->active;
    return selection.peer();
  }
}

void Group::release(const Selection& selection, Peer& peer, Outcome outcome, SteadyTime now) {
  const auto held = lock();
  --peer.account->active;
  if (selection.counted_) peer.shared->connections.fetch_sub(1, std::memory_order_relaxed);
  if (selection.set()->is_single()) {
    peer.account->fails = 0;
    return;
  }
  if (outcome == Outcome::failed) {
    count_failure(peer, now);
  } else if (outcome == Outcome::good) {
    count_success(peer, now);
  }
}

}  // namespace signgate::upstream
