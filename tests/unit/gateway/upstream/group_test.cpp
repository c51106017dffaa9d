// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/group.hpp"

#include <gtest/gtest.h>

namespace signgate::upstream {
namespace {

struct PeerOf {
  std::uint32_t weight = 1;
  bool backup = false;
  bool down = false;
  std::uint32_t max_conns = 0;
};

Group make_group(const std::vector<PeerOf>& peers) {
  config::Upstream upstream;
  std::vector<std::vector<net::Endpoint>> endpoints;
  for (std::size_t i = 0; i < peers.size(); ++i) {
    config::Peer& peer = upstream.peers.emplace_back();
    peer.weight = peers[i].weight;
    peer.backup = peers[i].backup;
    peer.down = peers[i].down;
    peer.max_conns = peers[i].max_conns;
    endpoints.push_back(*net::resolve("127.0.0.1", static_cast<std::uint16_t>(9000 + i)));
  }
  return {upstream, endpoints};
}

const SteadyTime start{std::chrono::hours(1)};

// Picks and ends `count` exchanges without failure.
std::vector<std::size_t> picks(Group& group, int count, SteadyTime now = start) {
  std::vector<std::size_t> chosen;
  for (int i = 0; i < count; ++i) {
    chosen.push_back(group.select({}, now));
    if (chosen.back() != Group::none) group.report(chosen.back(), false, now);
  }
  return chosen;
}

TEST(Group, SpreadsByWeightSmoothly) {
  Group group = make_group({{.weight = 5}, {.weight = 1}, {.weight = 1}});
  EXPECT_EQ(picks(group, 7), (std::vector<std::size_t>{0, 0, 1, 0, 2, 0, 0}));
}

TEST(Group, AsksBackupsOnlyWhenNoOtherIsLeft) {
  Group group = make_group({{}, {.backup = true}});
  EXPECT_EQ(picks(group, 3), (std::vector<std::size_t>{0, 0, 0}));
  EXPECT_EQ(group.select({true, false}, start), 1U);
  EXPECT_EQ(group.select({true, true}, start), Group::none);
}

TEST(Group, LeavesOutPeersThatAreDownOrFull) {
  Group group = make_group({{.down = true}, {.max_conns = 1}, {}});
  EXPECT_EQ(group.select({}, start), 1U);  // and keeps it busy
  EXPECT_EQ(picks(group, 2), (std::vector<std::size_t>{2, 2}));
  group.report(1, false, start);
  EXPECT_EQ(picks(group, 2).size(), 2U);
}

TEST(Group, TakesAPeerOutAfterMaxFailsForFailTimeout) {
  Group group = make_group({{}, {}});
  const std::size_t first = group.select({}, start);
  group.report(first, true, start);
  const std::size_t other = 1 - first;
  EXPECT_EQ(picks(group, 4), std::vector<std::size_t>(4, other));
  const SteadyTime later = start + std::chrono::seconds(11);
  const auto chosen = picks(group, 6, later);
  EXPECT_NE(std::count(chosen.begin(), chosen.end(), first), 0);
}

TEST(Group, NeverTakesOutALonePeer) {
  Group group = make_group({{}});
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(group.select({}, start), 0U);
    group.report(0, true, start);
  }
  EXPECT_EQ(group.select({true}, start), Group::none);
}

}  // namespace
}  // namespace signgate::upstream
