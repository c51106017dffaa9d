// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/idle_clients.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "gateway/proxy/http1_client.hpp"

namespace signgate::proxy {
namespace {

TEST(IdleClients, HoldsThoseThatWentInAndNotOut) {
  net::asio::io_context context{1};
  net::DeadlineWheel wheel(context);
  RequestMemoryPool memories;
  std::vector<std::unique_ptr<Http1Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(
        std::make_unique<Http1Client>(net::Socket(context.get_executor()), wheel, memories));
  }
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  IdleClients idle;
  std::set<Http1Client*> expected;
  for (int step = 0; step < 2000; ++step) {
    Http1Client* const client = clients[random() % clients.size()].get();
    if (expected.erase(client) == 1) {
      idle.erase(*client);
    } else {
      expected.insert(client);
      idle.insert(*client, 7);
    }
    std::set<Http1Client*> held;
    for (const IdleClients::Waiting& waiting : idle.all())
      held.insert(waiting.client);
    ASSERT_EQ(held, expected) << "seed " << seed << ", step " << step;
    ASSERT_EQ(idle.all().size(), expected.size());
  }
}

}  // namespace
}  // namespace signgate::proxy
