// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/balancer.hpp"

#include <gtest/gtest.h>

#include <map>

#include "upstreams.hpp"

namespace signgate::upstream {
namespace {

using Chosen = std::vector<int>;
using Method = config::BalanceMethod;

TEST(TriedSet, RemembersAnyNumber) {
  TriedSet tried;
  for (const std::size_t index : {0U, 63U, 64U, 200U})
    tried.add(index);
  EXPECT_TRUE(tried.has(0) && tried.has(63) && tried.has(64) && tried.has(200));
  EXPECT_FALSE(tried.has(1) || tried.has(65) || tried.has(127) || tried.has(1000));
  tried.clear();
  EXPECT_FALSE(tried.has(0) || tried.has(64));
}

TEST(RoundRobin, SpreadsByWeightSmoothly) {
  Upstreams all;
  Group group = all.make({{.weight = 5}, {.weight = 1}, {.weight = 1}});
  EXPECT_EQ(asks(group, 7), (Chosen{0, 0, 1, 0, 2, 0, 0}));
}

TEST(RoundRobin, LowersTheWeightOfAPeerThatFailsAndRaisesItAgain) {
  Upstreams all;
  Group group = all.make({{.weight = 10, .max_fails = 5}, {.weight = 10}});
  Peer& peer = *group.peers().primary.peers[0];
  ASSERT_EQ(ask(group, {}, {}, Outcome::failed), 0);
  EXPECT_EQ(peer.account->effective_weight, 8);
  ask(group);
  EXPECT_EQ(peer.account->effective_weight, 9);
  asks(group, 5);
  EXPECT_EQ(peer.account->effective_weight, 10);
}

TEST(LeastConn, AsksWhoIsLeastBusyForItsWeight) {
  Upstreams all;
  Group group = all.make({{}, {.weight = 3}}, Method::least_conn);
  std::vector<Selection> open;
  Chosen chosen;
  for (int i = 0; i < 8; ++i) {
    Selection& selection = open.emplace_back(group.begin({}, {}));
    chosen.push_back(net::endpoint_port(group.select(selection, start)->endpoint) % 10);
  }
  EXPECT_EQ(std::count(chosen.begin(), chosen.end(), 0), 2);
  EXPECT_EQ(std::count(chosen.begin(), chosen.end(), 1), 6);
}

TEST(LeastConn, TakesTurnsAmongThoseThatAreEquallyBusy) {
  Upstreams all;
  Group group = all.make({{}, {}, {}}, Method::least_conn);
  EXPECT_EQ(asks(group, 6), (Chosen{0, 1, 2, 0, 1, 2}));
}

TEST(LeastConn, FallsBackOnBackups) {
  Upstreams all;
  Group group = all.make({{}, {.backup = true}}, Method::least_conn);
  EXPECT_EQ(order(group), (Chosen{0, 1}));
}

TEST(IpHash, KeepsAClientsNetworkAtOnePeer) {
  Upstreams all;
  Group group = all.make({{}, {}, {}}, Method::ip_hash);
  std::map<int, int> shares;
  for (int i = 0; i < 250; ++i) {
    const std::string network = "10.1." + std::to_string(i) + ".";
    const int first = ask(group, network + "1");
    EXPECT_EQ(ask(group, network + "200"), first);
    ++shares[first];
  }
  for (const int peer : {0, 1, 2})
    EXPECT_GT(shares[peer], 50);
}

TEST(IpHash, LooksAtAllOfAnIpv6Address) {
  Upstreams all;
  Group group = all.make({{}, {}, {}}, Method::ip_hash);
  std::map<int, int> shares;
  for (int i = 0; i < 300; ++i)
    ++shares[ask(group, "2001:db8::" + std::to_string(i))];
  EXPECT_EQ(shares.size(), 3U);
}

TEST(Hashes, AskEveryPeerBeforeTheyGiveUp) {
  Upstreams all;
  for (const Method method : {Method::ip_hash, Method::hash, Method::hash_consistent,
                              Method::random, Method::random_two}) {
    Group group = all.make({{}, {.weight = 50}, {}, {}}, method);
    Chosen asked = order(group, "192.0.2.1", "some key");
    EXPECT_EQ(asked.size(), 4U);
    std::sort(asked.begin(), asked.end());
    EXPECT_EQ(asked, (Chosen{0, 1, 2, 3}));
  }
}

TEST(Hash, SharesTheKeysByWeightAndKeepsThem) {
  Upstreams all;
  for (const Method method : {Method::hash, Method::hash_consistent}) {
    Group group = all.make({{}, {.weight = 2}, {}}, method);
    std::map<int, int> shares;
    for (int i = 0; i < 4000; ++i) {
      const std::string key = "/image/" + std::to_string(i);
      const int first = ask(group, {}, key);
      EXPECT_EQ(ask(group, {}, key), first);
      ++shares[first];
    }
    EXPECT_NEAR(shares[1] / 4000.0, 0.5, 0.08);
  }
}

TEST(Hash, TakesTurnsForAnEmptyKey) {
  Upstreams all;
  for (const Method method : {Method::hash, Method::hash_consistent}) {
    Group group = all.make({{}, {}}, method);
    EXPECT_EQ(asks(group, 4), (Chosen{0, 1, 0, 1}));
  }
}

TEST(HashConsistent, TakesTurnsAmongTheAddressesOfOneName) {
  Upstreams all;
  const route::Group settings =
      Upstreams::settings_of({{.address = "a"}, {.address = "b"}}, Method::hash_consistent);
  auto two = *net::resolve("127.0.0.1", 9000);
  two.push_back(net::resolve("127.0.0.1", 9001)->front());
  Group group(settings, {two, two}, all.registry);
  const int first = ask(group, {}, "key");
  EXPECT_EQ(ask(group, {}, "key"), 1 - first);
}

TEST(Random, SharesByWeight) {
  Upstreams all;
  Group group = all.make({{}, {.weight = 3}}, Method::random);
  int heavy = 0;
  for (int i = 0; i < 4000; ++i)
    heavy += ask(group);
  EXPECT_NEAR(heavy / 4000.0, 0.75, 0.05);
}

TEST(RandomTwo, TakesTheLessBusyOfTwo) {
  Upstreams all;
  Group group = all.make({{}, {}, {}}, Method::random_two);
  // With one peer far busier than the others it is never the better of two.
  group.peers().primary.peers[1]->account->active = 100;
  std::map<int, int> shares;
  for (int i = 0; i < 600; ++i)
    ++shares[ask(group)];
  EXPECT_EQ(shares[1], 0);
  EXPECT_GT(shares[0], 200);
  EXPECT_GT(shares[2], 200);
}

TEST(SlowStart, RaisesTheShareOfAPeerThatIsBack) {
  Upstreams all;
  Group group = all.make(
      {{.slow_start = std::chrono::seconds(10)}, {.slow_start = std::chrono::seconds(10)}});
  EXPECT_EQ(asks(group, 4), (Chosen{0, 1, 0, 1}));
  SharedPeer& shared = *group.peers().primary.peers[0]->shared;
  shared.healthy_since = start.time_since_epoch().count();
  const auto share_at = [&](Milliseconds after) {
    const Chosen chosen = asks(group, 1000, start + after);
    return static_cast<double>(std::count(chosen.begin(), chosen.end(), 0)) / 1000.0;
  };
  EXPECT_LT(share_at(Milliseconds(10)), 0.02);
  EXPECT_NEAR(share_at(std::chrono::seconds(5)), 1.0 / 3, 0.02);
  EXPECT_NEAR(share_at(std::chrono::seconds(10)), 0.5, 0.02);
}

TEST(SlowStart, BeginsWhenAPeerHasProvedItselfAfterMaxFails) {
  Upstreams all;
  Group group = all.make({{.slow_start = std::chrono::seconds(10)}, {}});
  ASSERT_EQ(ask(group, {}, {}, Outcome::failed), 0);
  const SteadyTime later = start + std::chrono::seconds(11);
  while (ask(group, {}, {}, Outcome::good, later) != 0) {
  }
  EXPECT_EQ(group.peers().primary.peers[0]->account->recovered, later);
  const Chosen chosen = asks(group, 100, later);
  EXPECT_LT(std::count(chosen.begin(), chosen.end(), 0), 3);
}

TEST(Tries, AreThePeersThatAreNotDown) {
  Upstreams all;
  Group group = all.make({{}, {.down = true}, {.backup = true}});
  EXPECT_EQ(group.peers().tries(), 2U);
}

}  // namespace
}  // namespace signgate::upstream
