// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/worker_team.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace signgate::server {
namespace {

/// Workers that have no configuration, and so no connections.
class TeamOfWorkers : public testing::Test {
 protected:
  std::unique_ptr<Worker> make() {
    if (made_ == most_) throw std::runtime_error("no more of them");
    ++made_;
    return std::make_unique<Worker>(signers_, passwords_, memo_, peers_);
  }

  void grow(std::size_t count) {
    auto newcomers = team_.hire(count);
    ASSERT_TRUE(newcomers) << newcomers.error().detail;
    team_.admit(std::move(*newcomers));
  }

  void shrink(std::size_t count) {
    const auto nobody = team_.hire(count);
    ASSERT_TRUE(nobody) << nobody.error().detail;
    EXPECT_TRUE(nobody->empty());
    team_.dismiss(count, Milliseconds(0));
  }

  void wait_for_the_leaving() {
    while (team_.sample().leaving > 0)
      std::this_thread::sleep_for(Milliseconds(1));
  }

  void end() {
    team_.for_each([](Worker& worker) { worker.stop(); });
    team_.join();
    team_.clear();
  }

  std::size_t made_ = 0;
  std::size_t most_ = 100;
  net::SignerPool signers_{1};
  net::PasswordThreads passwords_{1};
  signing::SignatureMemo memo_{1 << 20};
  upstream::PeerRegistry peers_;
  WorkerTeam team_{[this] { return make(); }};
};

TEST_F(TeamOfWorkers, GrowsAndShrinks) {
  grow(1);
  const Worker* first = &team_.at(0);
  grow(3);
  EXPECT_EQ(team_.size(), 3U);
  EXPECT_EQ(made_, 3U);
  shrink(1);
  EXPECT_EQ(team_.size(), 1U);
  EXPECT_EQ(&team_.at(0), first);
  wait_for_the_leaving();
  grow(2);
  EXPECT_EQ(team_.sample().workers, 2U);
  end();
  EXPECT_EQ(team_.size(), 0U);
}

TEST_F(TeamOfWorkers, EndsWhileSomeAreLeaving) {
  grow(8);
  shrink(1);
  end();
  const WorkerTeam::Sample sample = team_.sample();
  EXPECT_EQ(sample.workers + sample.leaving, 0U);
}

TEST_F(TeamOfWorkers, TellsAllThatThereAre) {
  grow(4);
  std::size_t told = 0;
  team_.for_each([&](Worker&) { ++told; });
  EXPECT_EQ(told, 4U);
  end();
}

TEST_F(TeamOfWorkers, HiresAllOrNobody) {
  grow(2);
  most_ = 3;
  const auto newcomers = team_.hire(5);
  ASSERT_FALSE(newcomers);
  EXPECT_EQ(newcomers.error().detail, "a worker: no more of them");
  EXPECT_EQ(made_, 3U);
  EXPECT_EQ(team_.size(), 2U);
  end();
}

TEST_F(TeamOfWorkers, NobodyNeedsToHaveBeenHired) {
  team_.join();
  team_.clear();
}

}  // namespace
}  // namespace signgate::server
