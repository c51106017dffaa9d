// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/balancer.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace signgate::upstream {
namespace {

// nginx looks at so many places of a hash, or lots, before it takes turns.
constexpr std::uint32_t most_places = 20;
// Weights of an upstream with a slow start are counted in parts of a weight's unit.
constexpr std::int64_t weight_parts = 1024;

}  // namespace

void TriedSet::add(std::size_t index) {
  if (index < 64) {
    first_ |= std::uint64_t{1} << index;
    return;
  }
  more_.resize(std::max(more_.size(), index / 64));
  more_[index / 64 - 1] |= std::uint64_t{1} << (index % 64);
}

bool TriedSet::has(std::size_t index) const noexcept {
  if (index < 64) return ((first_ >> index) & 1) != 0;
  return index / 64 <= more_.size() && ((more_[index / 64 - 1] >> (index % 64)) & 1) != 0;
}

void TriedSet::clear() noexcept {
  first_ = 0;
  more_.clear();
}

Selection::Selection(std::shared_ptr<const PeerSet> set, config::BalanceMethod method,
                     std::string_view client, std::string key)
    : set_(std::move(set)), method_(method), key_(std::move(key)) {
  if (method_ == config::BalanceMethod::ip_hash) {
    // The first three octets of IPv4, all of IPv6; three zeros for a unix socket.
    const std::string text(client);
    if (::inet_pton(AF_INET6, text.c_str(), address_.data()) == 1) {
      address_size_ = 16;
    } else {
      address_.fill(0);
      if (::inet_pton(AF_INET, text.c_str(), address_.data()) != 1) address_.fill(0);
      address_size_ = 3;
    }
    hash_ = 89;
  } else if (method_ == config::BalanceMethod::hash_consistent) {
    point_ = set_->ring->find(key_);
  }
}

bool Selection::may_ask(std::size_t index, SteadyTime now) const noexcept {
  return !tried_.has(index) && tier().peers[index]->is_up(now);
}

std::int64_t Selection::weight_of(const Peer& peer, SteadyTime now) const noexcept {
  if (!set_->slow_start) return peer.account->effective_weight;
  const std::int64_t whole = peer.account->effective_weight * weight_parts;
  const SteadyTime healthy{
      SteadyTime::duration(peer.shared->healthy_since.load(std::memory_order_relaxed))};
  const auto back =
      std::chrono::duration_cast<Milliseconds>(now - std::max(peer.account->recovered, healthy));
  const Milliseconds span = peer.settings.slow_start;
  if (back >= span) return whole;
  return std::max<std::int64_t>(whole * std::max<std::int64_t>(back.count(), 0) / span.count(), 1);
}

std::size_t Selection::by_turns(SteadyTime now) const {
  const auto& peers = tier().peers;
  std::size_t best = none;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < peers.size(); ++i) {
    if (!may_ask(i, now)) continue;
    Peer& peer = *peers[i];
    const std::int64_t weight = weight_of(peer, now);
    peer.account->current_weight += weight;
    total += weight;
    if (peer.account->effective_weight < peer.settings.weight) ++peer.account->effective_weight;
    if (best == none || peer.account->current_weight > peers[best]->account->current_weight)
      best = i;
  }
  if (best != none) peers[best]->account->current_weight -= total;
  return best;
}

std::size_t Selection::by_load(SteadyTime now) const {
  const auto& peers = tier().peers;
  const auto full_weight = [&](const Peer& peer) {
    if (!set_->slow_start) return static_cast<std::int64_t>(peer.settings.weight);
    if (peer.account->effective_weight == 0) return std::int64_t{1};
    return std::max<std::int64_t>(
        weight_of(peer, now) * peer.settings.weight / peer.account->effective_weight, 1);
  };
  std::size_t best = none;
  std::int64_t best_weight = 0;
  bool many = false;
  for (std::size_t i = 0; i < peers.size(); ++i) {
    if (!may_ask(i, now)) continue;
    const std::int64_t weight = full_weight(*peers[i]);
    const std::int64_t own = best == none ? -1 : peers[i]->account->active * best_weight;
    const std::int64_t other = best == none ? 0 : peers[best]->account->active * weight;
    if (own < other) {
      best = i;
      best_weight = weight;
      many = false;
    } else if (own == other) {
      many = true;
    }
  }
  if (best == none || !many) return best;
  // Those that are equally busy take turns by weight.
  const std::size_t first = best;
  const std::int64_t first_active = peers[first]->account->active;
  std::int64_t total = 0;
  for (std::size_t i = first; i < peers.size(); ++i) {
    if (!may_ask(i, now)) continue;
    Peer& peer = *peers[i];
    if (peer.account->active * best_weight != first_active * full_weight(peer)) continue;
    const std::int64_t weight = weight_of(peer, now);
    peer.account->current_weight += weight;
    total += weight;
    if (peer.account->effective_weight < peer.settings.weight) ++peer.account->effective_weight;
    if (peer.account->current_weight > peers[best]->account->current_weight) best = i;
  }
  peers[best]->account->current_weight -= total;
  return best;
}

std::size_t Selection::by_address(SteadyTime now) {
  std::uint32_t hash = hash_;
  while (true) {
    for (std::size_t i = 0; i < address_size_; ++i)
      hash = (hash * 113 + address_[i]) % 6271;
    const std::size_t index = tier().at_weight(hash % tier().total_weight);
    if (may_ask(index, now)) {
      hash_ = hash;
      return index;
    }
    if (++failed_tries_ > most_places) return by_turns(now);
  }
}

std::size_t Selection::by_key(SteadyTime now) {
  while (true) {
    // That of Cache::Memcached: the number of the attempt stands before the key, but at the first.
    std::uint32_t sum = 0;
    if (rehash_ > 0) {
      std::array<char, 12> digits;
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), rehash_).ptr;
      sum = crc32({digits.data(), static_cast<std::size_t>(end - digits.data())});
    }
    hash_ += (crc32(key_, sum) >> 16) & 0x7fff;
    ++rehash_;
    const std::size_t index = tier().at_weight(hash_ % tier().total_weight);
    if (may_ask(index, now)) return index;
    if (++failed_tries_ > most_places) return by_turns(now);
  }
}

std::size_t Selection::by_ring(SteadyTime now) {
  const Tier& all = tier();
  while (true) {
    const std::uint32_t server = set_->ring->at(point_);
    std::size_t best = none;
    std::int64_t total = 0;
    // A name with several addresses is one server: these take turns.
    for (std::size_t i = 0; i < all.peers.size(); ++i) {
      if (all.servers[i] != server || !may_ask(i, now)) continue;
      Peer& peer = *all.peers[i];
      peer.account->current_weight += peer.account->effective_weight;
      total += peer.account->effective_weight;
      if (peer.account->effective_weight < peer.settings.weight) ++peer.account->effective_weight;
      if (best == none || peer.account->current_weight > all.peers[best]->account->current_weight)
        best = i;
    }
    if (best != none) {
      all.peers[best]->account->current_weight -= total;
      return best;
    }
    ++point_;
    if (++failed_tries_ > most_places) return by_turns(now);
  }
}

std::size_t Selection::by_lot(SteadyTime now, Random& random) {
  while (true) {
    const auto place = static_cast<std::uint32_t>(random() % tier().total_weight);
    const std::size_t index = tier().at_weight(place);
    if (may_ask(index, now)) return index;
    if (++failed_tries_ > most_places) return by_turns(now);
  }
}

std::size_t Selection::by_two_lots(SteadyTime now, Random& random) {
  std::size_t first = none;
  while (true) {
    const auto place = static_cast<std::uint32_t>(random() % tier().total_weight);
    const std::size_t index = tier().at_weight(place);
    if (index != first && may_ask(index, now)) {
      if (first == none) {
        first = index;
        continue;
      }
      const Peer& a = *tier().peers[first];
      const Peer& b = *tier().peers[index];
      const std::uint64_t b_load = std::uint64_t{b.account->active} * a.settings.weight;
      const std::uint64_t a_load = std::uint64_t{a.account->active} * b.settings.weight;
      return b_load > a_load ? first : index;
    }
    if (++failed_tries_ > most_places) return by_turns(now);
  }
}

std::size_t Selection::choose(SteadyTime now, Random& random) {
  using Method = config::BalanceMethod;
  if (method_ == Method::least_conn) return by_load(now);
  // nginx: of one peer, of an empty key, and after too many misses there is nothing to choose by.
  const bool keyless =
      (method_ == Method::hash || method_ == Method::hash_consistent) && key_.empty();
  if (method_ == Method::round_robin || tier().peers.size() < 2 || keyless ||
      failed_tries_ > most_places)
    return by_turns(now);
  switch (method_) {
    case Method::ip_hash:
      return by_address(now);
    case Method::hash:
      return by_key(now);
    case Method::hash_consistent:
      return by_ring(now);
    case Method::random:
      return by_lot(now, random);
    default:
      return by_two_lots(now, random);
  }
}

Peer* Selection::next(SteadyTime now, Random& random) {
  if (std::exchange(ask_again_, false)) return tier().peers[chosen_].get();
  if (set_->is_single()) {
    // A lone peer is asked however often it failed; nginx ignores max_fails then.
    const Peer& lone = *set_->primary.peers.front();
    const bool open = !lone.settings.down && !lone.is_full() &&
                      lone.shared->healthy.load(std::memory_order_relaxed);
    chosen_ = open && !tried_.has(0) ? 0 : none;
  } else {
    chosen_ = tier().peers.empty() ? none : choose(now, random);
    if (chosen_ == none && !on_backup_ && !set_->backup.peers.empty()) {
      on_backup_ = true;
      tried_.clear();
      chosen_ = choose(now, random);
    }
  }
  if (chosen_ == none) return nullptr;
  tried_.add(chosen_);
  Peer& peer = *tier().peers[chosen_];
  if (now - peer.account->checked > peer.settings.fail_timeout) peer.account->checked = now;
  return &peer;
}

bool has_proved(const Peer& peer) noexcept {
  return peer.account->accessed < peer.account->checked;
}

void count_failure(Peer& peer, SteadyTime now) noexcept {
  ++peer.account->fails;
  peer.account->accessed = peer.account->checked = now;
  if (peer.settings.max_fails == 0) return;
  peer.account->effective_weight -= peer.settings.weight / peer.settings.max_fails;
  peer.account->effective_weight = std::max<std::int64_t>(peer.account->effective_weight, 0);
}

void count_success(Peer& peer, SteadyTime now) noexcept {
  if (!has_proved(peer)) return;
  if (peer.settings.max_fails != 0 && peer.account->fails >= peer.settings.max_fails)
    peer.account->recovered = now;
  peer.account->fails = 0;
}

}  // namespace signgate::upstream
