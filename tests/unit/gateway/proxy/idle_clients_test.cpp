// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/idle_clients.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "gateway/proxy/client_stream.hpp"

namespace signgate::proxy {
namespace {

TEST(IdleClients, HoldsThoseThatWentInAndNotOut) {
  net::asio::io_context context{1};
  net::DeadlineWheel wheel(context);
  std::vector<std::unique_ptr<ClientStream>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<ClientStream>(net::Socket(context.get_executor()), wheel));
  }
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  IdleClients idle;
  std::set<ClientStream*> expected;
  for (int step = 0; step < 2000; ++step) {
    ClientStream* const client = clients[random() % clients.size()].get();
    if (expected.erase(client) == 1) {
      idle.erase(*client);
    } else {
      expected.insert(client);
      idle.insert(*client);
    }
    const std::set<ClientStream*> held(idle.all().begin(), idle.all().end());
    ASSERT_EQ(held, expected) << "seed " << seed << ", step " << step;
    ASSERT_EQ(idle.all().size(), expected.size());
  }
}

}  // namespace
}  // namespace signgate::proxy
