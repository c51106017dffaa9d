// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/upstream/hash_ring.hpp"
#include "gateway/upstream/peer.hpp"

namespace signgate::upstream {

/// Tier is the peers of one rank: those that are asked first, or the backups.
struct Tier {
  std::vector<std::shared_ptr<Peer>> peers;
  std::vector<std::uint32_t> servers;       // by peer: the number of its `server` line
  std::vector<std::uint32_t> weight_below;  // by peer: the sum of the weights before it
  std::uint32_t total_weight = 0;
  std::size_t tries = 0;  // peers that are not `down`

  void add(std::shared_ptr<Peer> peer, std::uint32_t server);

  /// at_weight is the peer whose share of the weights holds `place`, which is below total_weight.
  [[nodiscard]] std::size_t at_weight(std::uint32_t place) const noexcept;
};

/// PeerSet is which peers an upstream has at one moment. Its lists never change; a request keeps
/// the one that it began with. What the peers know of themselves does change.
struct PeerSet {
  Tier primary;
  Tier backup;
  std::shared_ptr<const HashRing> ring;  // of `hash KEY consistent`; null = another way
  bool slow_start = false;               // some peer has it

  /// is_single says that there is one peer in all: it is never taken out for its failures.
  [[nodiscard]] bool is_single() const noexcept {
    return primary.peers.size() == 1 && backup.peers.empty();
  }

  /// tries is how many peers a request may ask at most: all that are not `down`.
  [[nodiscard]] std::size_t tries() const noexcept { return primary.tries + backup.tries; }
};

}  // namespace signgate::upstream
