// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/upstream/peer_set.hpp"

namespace signgate::upstream {

/// Random is where chance comes from: a worker's own, seeded; tests seed it themselves.
using Random = std::mt19937_64;

/// TriedSet remembers which peers of a tier one request has asked. Up to 64 cost no allocation.
class TriedSet {
 public:
  void add(std::size_t index);
  [[nodiscard]] bool has(std::size_t index) const noexcept;
  void clear() noexcept;

 private:
  std::uint64_t first_ = 0;
  std::vector<std::uint64_t> more_;
};

/// Selection is what the choosing of peers for one request remembers from one try to the next.
class Selection {
 public:
  Selection() = default;

  /// Selection begins for a request. `client` is the client's address as text, for ip_hash; `key`
  /// is the value of the key of `hash`.
  Selection(std::shared_ptr<const PeerSet> set, config::BalanceMethod method,
            std::string_view client, std::string key);

  /// next chooses a peer that is up and was not asked by this request, and marks it as asked; null
  /// when there is none. The choices are nginx's: ngx_http_upstream_round_robin, _least_conn,
  /// _ip_hash, _hash and _random. Backups come when no other peer is left. In an upstream with a
  /// zone it is called under the zone's lock, as count_failure and count_success are.
  [[nodiscard]] Peer* next(SteadyTime now, Random& random);

  /// again lets the peer that next gave last be chosen once more.
  void again() noexcept { ask_again_ = true; }

  [[nodiscard]] const PeerSet* set() const noexcept { return set_.get(); }

  /// peer is what next gave last, shared: it may leave the upstream while it is asked.
  [[nodiscard]] const std::shared_ptr<Peer>& peer() const noexcept { return tier().peers[chosen_]; }

 private:
  friend class Group;

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[nodiscard]] const Tier& tier() const noexcept {
    return on_backup_ ? set_->backup : set_->primary;
  }
  [[nodiscard]] bool may_ask(std::size_t index, SteadyTime now) const noexcept;
  [[nodiscard]] std::int64_t weight_of(const Peer& peer, SteadyTime now) const noexcept;
  [[nodiscard]] std::size_t choose(SteadyTime now, Random& random);
  [[nodiscard]] std::size_t by_turns(SteadyTime now) const;
  [[nodiscard]] std::size_t by_load(SteadyTime now) const;
  [[nodiscard]] std::size_t by_address(SteadyTime now);
  [[nodiscard]] std::size_t by_key(SteadyTime now);
  [[nodiscard]] std::size_t by_ring(SteadyTime now);
  [[nodiscard]] std::size_t by_lot(SteadyTime now, Random& random);
  [[nodiscard]] std::size_t by_two_lots(SteadyTime now, Random& random);

  std::shared_ptr<const PeerSet> set_;
  config::BalanceMethod method_ = config::BalanceMethod::round_robin;
  bool on_backup_ = false;
  bool ask_again_ = false;
  bool counted_ = false;  // in SharedPeer::connections
  std::uint8_t address_size_ = 0;
  std::uint32_t failed_tries_ = 0;  // of the hashes, over all calls; beyond 20 it is round robin
  std::uint32_t hash_ = 0;
  std::uint32_t rehash_ = 0;
  std::size_t point_ = 0;  // on the ring
  std::size_t chosen_ = none;
  TriedSet tried_;
  std::array<std::uint8_t, 16> address_{};
  std::string key_;
};

/// has_proved says that a success after a peer was given its chance wipes out the failures before.
[[nodiscard]] bool has_proved(const Peer& peer) noexcept;

/// count_failure and count_success are what the end of an exchange does to a peer of several
/// (ngx_http_upstream_free_round_robin_peer).
void count_failure(Peer& peer, SteadyTime now) noexcept;
void count_success(Peer& peer, SteadyTime now) noexcept;

}  // namespace signgate::upstream
