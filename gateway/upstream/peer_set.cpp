// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/peer_set.hpp"

#include <algorithm>
#include <utility>

namespace signgate::upstream {

void Tier::add(std::shared_ptr<Peer> peer, std::uint32_t server) {
  weight_below.push_back(total_weight);
  total_weight += peer->settings.weight;
  if (!peer->settings.down) ++tries;
  servers.push_back(server);
  peers.push_back(std::move(peer));
}

std::size_t Tier::at_weight(std::uint32_t place) const noexcept {
  const auto above = std::upper_bound(weight_below.begin(), weight_below.end(), place);
  return static_cast<std::size_t>(above - weight_below.begin()) - 1;
}

}  // namespace signgate::upstream
