// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/group.hpp"

#include <gtest/gtest.h>

#include "upstreams.hpp"

namespace signgate::upstream {
namespace {

using Chosen = std::vector<int>;

TEST(Group, AsksBackupsOnlyWhenNoOtherIsLeft) {
  Upstreams all;
  Group group = all.make({{}, {.backup = true}, {.backup = true}});
  EXPECT_EQ(asks(group, 3), (Chosen{0, 0, 0}));
  EXPECT_EQ(order(group), (Chosen{0, 1, 2}));
}

TEST(Group, LeavesOutPeersThatAreDownOrFull) {
  Upstreams all;
  Group group = all.make({{.down = true}, {.max_conns = 1}, {}});
  Selection busy = group.begin({}, {});
  const auto held = group.select(busy, start);
  ASSERT_EQ(net::endpoint_port(held->endpoint), 9001);
  EXPECT_EQ(asks(group, 2), (Chosen{2, 2}));
  group.release(busy, *held, Outcome::good, start);
  const Chosen after = asks(group, 2);
  EXPECT_EQ(std::count(after.begin(), after.end(), 1), 1);
}

TEST(Group, CountsMaxConnsOverAllWorkers) {
  Upstreams all;
  Group one = all.make({{.max_conns = 1}});
  Group other = all.make({{.max_conns = 1}});
  Selection busy = one.begin({}, {});
  const auto held = one.select(busy, start);
  ASSERT_TRUE(held);
  EXPECT_EQ(ask(other), -1);
  one.release(busy, *held, Outcome::good, start);
  EXPECT_EQ(ask(other), 0);
}

TEST(Group, TakesAPeerOutAfterMaxFailsForFailTimeout) {
  Upstreams all;
  Group group = all.make({{}, {}});
  const int first = ask(group, {}, {}, Outcome::failed);
  EXPECT_EQ(asks(group, 4), Chosen(4, 1 - first));
  const SteadyTime later = start + std::chrono::seconds(11);
  const Chosen chosen = asks(group, 6, later);
  EXPECT_NE(std::count(chosen.begin(), chosen.end(), first), 0);
}

TEST(Group, GivesAPeerThatWasOutOneRequestUntilItHasProvedItself) {
  Upstreams all;
  Group group = all.make({{}, {}});
  const int first = ask(group, {}, {}, Outcome::failed);
  const SteadyTime later = start + std::chrono::seconds(11);
  std::vector<std::pair<Selection, std::shared_ptr<Peer>>> open;
  int times = 0;
  for (int i = 0; i < 6; ++i) {
    Selection selection = group.begin({}, {});
    auto peer = group.select(selection, later);
    times += net::endpoint_port(peer->endpoint) % 10 == first ? 1 : 0;
    open.emplace_back(std::move(selection), std::move(peer));
  }
  EXPECT_EQ(times, 1);
  for (auto& [selection, peer] : open)
    group.release(selection, *peer, Outcome::good, later);
  const Chosen chosen = asks(group, 4, later);
  EXPECT_EQ(std::count(chosen.begin(), chosen.end(), first), 2);
}

TEST(Group, NeverTakesOutALonePeer) {
  Upstreams all;
  Group group = all.make({{}});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(ask(group, {}, {}, Outcome::failed), 0);
  EXPECT_EQ(order(group), Chosen{0});
}

TEST(Group, TakesOutWhoIsNotWellEvenAlone) {
  Upstreams all;
  Group group = all.make({{}});
  Group other = all.make({{}});
  all.registry.get("website", "127.0.0.1:9000")->healthy = false;
  EXPECT_EQ(ask(group), -1);
  EXPECT_EQ(ask(other), -1);
  all.registry.get("website", "127.0.0.1:9000")->healthy = true;
  EXPECT_EQ(ask(group), 0);
}

TEST(Group, KeepsWhatItKnowsOfPeersThatStayOverAReload) {
  Upstreams all;
  Group before = all.make({{}, {}, {}});
  Selection busy = before.begin({}, {});
  const auto held = before.select(busy, start);
  const int failed = ask(before, {}, {}, Outcome::failed);
  ASSERT_EQ(failed, 1);
  Group after = all.make({{.weight = 2}, {}}, {}, &before);
  EXPECT_EQ(after.peers().primary.peers[0], before.peers().primary.peers[0]);
  EXPECT_EQ(after.peers().primary.peers[0]->account->active, 1U);
  EXPECT_EQ(asks(after, 3), (Chosen{0, 0, 0}));
  // The request that began before the reload ends with the same account.
  before.release(busy, *held, Outcome::good, start);
  EXPECT_EQ(after.peers().primary.peers[0]->account->active, 0U);
}

TEST(Group, ForgetsAPeerThatAReloadTookAway) {
  Upstreams all;
  Group before = all.make({{}, {}});
  ASSERT_EQ(ask(before, {}, {}, Outcome::failed), 0);
  Group without = all.make({{.address = "127.0.0.1:9001"}}, {}, &before);
  Group again = all.make({{}, {}}, {}, &without);
  const Chosen chosen = asks(again, 4);
  EXPECT_EQ(std::count(chosen.begin(), chosen.end(), 0), 2);
}

TEST(Group, TakesOtherAddressesForAName) {
  Upstreams all;
  const route::Group settings = Upstreams::settings_of({{.address = "app"}});
  Group group(settings, {{}}, all.registry);
  EXPECT_EQ(ask(group), -1);
  auto endpoints = *net::resolve("127.0.0.1", 9003);
  group.replace(0, endpoints);
  EXPECT_EQ(ask(group), 3);
  const auto kept = group.peers().primary.peers[0];
  Selection under_way = group.begin({}, {});
  endpoints.push_back(net::resolve("127.0.0.1", 9004)->front());
  group.replace(0, endpoints);
  EXPECT_EQ(group.peers().primary.peers[0], kept);
  const Chosen chosen = asks(group, 4);
  EXPECT_EQ(std::count(chosen.begin(), chosen.end(), 4), 2);
  group.replace(0, *net::resolve("127.0.0.1", 9004));
  EXPECT_EQ(ask(group), 4);
  EXPECT_TRUE(group.select(under_way, start));  // it goes on with the peers that it began with
}

}  // namespace
}  // namespace signgate::upstream
