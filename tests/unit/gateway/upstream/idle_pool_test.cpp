// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/idle_pool.hpp"

#include <gtest/gtest.h>

namespace signgate::upstream {
namespace {

class IdlePoolTest : public ::testing::Test {
 protected:
  IdlePoolTest() {
    config::Upstream settings;
    settings.keepalive = 2;
    pool_.configure(settings);
  }

  std::unique_ptr<Connection> connection() {
    return std::make_unique<Connection>(net::Socket(context_.get_executor()), wheel_, peer_);
  }

  std::unique_ptr<Connection> take(std::string_view local) {
    const TlsTarget plain;
    return pool_.take({.peer = *peer_, .tls = plain, .local = local, .repeats = false});
  }

  net::asio::io_context context_;
  net::DeadlineWheel wheel_{context_};
  std::shared_ptr<Peer> peer_ = std::make_shared<Peer>();
  IdlePool pool_;
};

TEST_F(IdlePoolTest, KeepsAsManyAsItMay) {
  for (int i = 0; i < 3; ++i)
    pool_.put(connection());
  EXPECT_EQ(pool_.size(), 2U);
}

TEST_F(IdlePoolTest, KeepsNoneThatBeganWithOneClientsAddress) {
  auto bound = connection();
  bound->bound = true;
  pool_.put(std::move(bound));
  EXPECT_EQ(pool_.size(), 0U);
}

TEST_F(IdlePoolTest, GivesAConnectionToTheAddressThatItWasBoundToAlone) {
  for (const char* local : {"127.0.0.1", ""}) {
    const std::string asked_from = *local == '\0' ? "127.0.0.1" : "";
    auto kept = connection();
    kept->local = local;
    pool_.put(std::move(kept));
    EXPECT_EQ(take(asked_from), nullptr);
    EXPECT_EQ(pool_.size(), 1U);  // not looked at, and so not found closed
    EXPECT_EQ(take(local), nullptr);
    EXPECT_EQ(pool_.size(), 0U);
  }
}

}  // namespace
}  // namespace signgate::upstream
