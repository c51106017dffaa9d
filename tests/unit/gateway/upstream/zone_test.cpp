// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/zone.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "upstreams.hpp"

namespace signgate::upstream {
namespace {

using Chosen = std::vector<int>;
using Method = config::BalanceMethod;

TEST(Zone, KeepsAnAccountAsLongAsAnybodyHoldsIt) {
  Zone zone;
  const auto held = zone.lock();
  auto account = zone.account("app:80", "127.0.0.1:80", 0, 5);
  EXPECT_EQ(account->effective_weight, 5);
  account->fails = 3;
  EXPECT_EQ(zone.account("app:80", "127.0.0.1:80", 0, 7), account);
  EXPECT_NE(zone.account("app:80", "127.0.0.1:80", 1, 7), account);
  EXPECT_NE(zone.account("app:80", "127.0.0.2:80", 0, 7), account);
  EXPECT_NE(zone.account("www:80", "127.0.0.1:80", 0, 7), account);
  account = nullptr;
  EXPECT_EQ(zone.account("app:80", "127.0.0.1:80", 0, 7)->fails, 0U);
}

TEST(Zone, HasWorkersSeeEachOthersFailures) {
  Upstreams all{.zone = "app"};
  Group one = all.make({{}, {}});
  Group other = all.make({{}, {}});
  const int failed = ask(one, {}, {}, Outcome::failed);
  EXPECT_EQ(asks(other, 4), Chosen(4, 1 - failed));
  // The one chance after fail_timeout is given once, by whichever worker.
  const SteadyTime later = start + std::chrono::seconds(11);
  int chances = 0;
  std::vector<std::pair<Selection, std::shared_ptr<Peer>>> open;
  for (Group* group : {&one, &other, &one, &other}) {
    Selection selection = group->begin({}, {});
    auto peer = group->select(selection, later);
    chances += net::endpoint_port(peer->endpoint) % 10 == failed ? 1 : 0;
    open.emplace_back(std::move(selection), std::move(peer));
  }
  EXPECT_EQ(chances, 1);
}

TEST(Zone, HasWorkersTakeTurnsTogether) {
  Upstreams all{.zone = "app"};
  Group one = all.make({{.weight = 5}, {.weight = 1}, {.weight = 1}});
  Group other = all.make({{.weight = 5}, {.weight = 1}, {.weight = 1}});
  Chosen chosen;
  for (int i = 0; i < 7; ++i)
    chosen.push_back(ask(i % 2 == 0 ? one : other));
  EXPECT_EQ(chosen, (Chosen{0, 0, 1, 0, 2, 0, 0}));
}

TEST(Zone, HasWorkersCountRequestsUnderWayTogether) {
  Upstreams all{.zone = "app"};
  Group one = all.make({{}, {}}, Method::least_conn);
  Group other = all.make({{}, {}}, Method::least_conn);
  Selection busy = one.begin({}, {});
  const auto held = one.select(busy, start);
  ASSERT_EQ(net::endpoint_port(held->endpoint), 9000);
  EXPECT_EQ(asks(other, 3), (Chosen{1, 1, 1}));
  one.release(busy, *held, Outcome::good, start);
  EXPECT_EQ(held->account->active, 0U);
}

TEST(Zone, IsOfOneUpstreamAlone) {
  Upstreams all;
  Group one = all.make({{}, {}});
  Group other = all.make({{}, {}});
  ASSERT_EQ(ask(one, {}, {}, Outcome::failed), 0);
  EXPECT_EQ(asks(other, 4), (Chosen{0, 1, 0, 1}));
  EXPECT_EQ(all.registry.zone("a"), all.registry.zone("a"));
  const auto zone = all.registry.zone("a");
  EXPECT_EQ(all.registry.zone("a"), zone);
  EXPECT_NE(all.registry.zone("b"), zone);
}

TEST(Zone, HasAnAccountForEachOfTwoLinesAlike) {
  Upstreams all{.zone = "app"};
  const std::vector<PeerOf> twice = {{.address = "127.0.0.1:9000"}, {.address = "127.0.0.1:9000"}};
  Group one = all.make(twice);
  Group other = all.make(twice);
  const auto& peers = one.peers().primary.peers;
  EXPECT_NE(peers[0]->account, peers[1]->account);
  EXPECT_EQ(peers[0]->account, other.peers().primary.peers[0]->account);
  EXPECT_EQ(peers[1]->account, other.peers().primary.peers[1]->account);
}

TEST(Zone, OutlivesAReload) {
  Upstreams all{.zone = "app"};
  Group before = all.make({{}, {}});
  ASSERT_EQ(ask(before, {}, {}, Outcome::failed), 0);
  Group after = all.make({{}, {}, {}}, {}, &before);
  EXPECT_EQ(after.peers().primary.peers[0], before.peers().primary.peers[0]);
  const Chosen chosen = asks(after, 4);
  EXPECT_EQ(std::count(chosen.begin(), chosen.end(), 0), 0);
}

TEST(Zone, ThatComesOrGoesLeavesRequestsUnderWayTheirAccounts) {
  Upstreams all;
  Group alone = all.make({{}, {}});
  Selection busy = alone.begin({}, {});
  const auto held = alone.select(busy, start);
  all.zone = "app";
  Group zoned = all.make({{}, {}}, {}, &alone);
  EXPECT_EQ(zoned.peers().primary.peers[0]->account->active, 0U);
  Selection later = zoned.begin({}, {});
  const auto held_later = zoned.select(later, start);
  alone.release(busy, *held, Outcome::good, start);
  EXPECT_EQ(held_later->account->active, 1U);
  all.zone.clear();
  Group again = all.make({{}, {}}, {}, &zoned);
  EXPECT_EQ(again.peers().primary.peers[0]->account->active, 0U);
  zoned.release(later, *held_later, Outcome::good, start);
  EXPECT_EQ(held->account->active + held_later->account->active, 0U);
}

TEST(Zone, StandsWorkersOnManyThreads) {
  for (const Method method : {Method::round_robin, Method::least_conn, Method::random_two}) {
    Upstreams all{.zone = "app"};
    const std::vector<PeerOf> peers = {{.weight = 2, .max_fails = 3}, {}, {.max_conns = 2}};
    Group kept = all.make(peers, method);
    {
      std::vector<std::jthread> workers;
      for (int t = 0; t < 3; ++t) {
        workers.emplace_back([&] {
          Group group = all.make(peers, method);
          for (int i = 0; i < 500; ++i) {
            const SteadyTime now = start + std::chrono::milliseconds(i);
            ask(group, {}, {}, i % 7 == 0 ? Outcome::failed : Outcome::good, now);
          }
        });
      }
    }
    for (const auto& peer : kept.peers().primary.peers)
      EXPECT_EQ(peer->account->active, 0U);
  }
}

}  // namespace
}  // namespace signgate::upstream
