// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/idle_clients.hpp"

#include <gtest/gtest.h>

#include <list>
#include <random>

namespace signgate::proxy {
namespace {

// A connection as far as it matters here: its place, and a stream that tells what became of it.
struct Connection {
  explicit Connection(net::DeadlineWheel& wheel, net::asio::io_context& context)
      : stream(net::Socket(context.get_executor()), wheel, Side::client) {}

  [[nodiscard]] bool is_ended() {
    std::array<char, 1> byte{};
    const auto read = stream.read_now(byte);
    return !read && read.error().code == ErrorCode::cancelled;
  }

  net::Stream stream;
  IdlePlace place{stream};
};

class IdleClientsTest : public testing::Test {
 protected:
  IdleClientsTest() {
    for (int i = 0; i < 20; ++i)
      connections.push_back(std::make_unique<Connection>(wheel, context));
  }

  // Which of the connections have been ended, by their numbers.
  std::vector<std::size_t> ended() {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < connections.size(); ++i) {
      if (connections[i] && connections[i]->is_ended()) numbers.push_back(i);
    }
    return numbers;
  }

  using Numbers = std::vector<std::size_t>;

  net::asio::io_context context{1};
  net::DeadlineWheel wheel{context};
  IdleClients idle;
  std::vector<std::unique_ptr<Connection>> connections;
};

TEST(ReusedAtOnce, IsNoneUntilASixteenthIsFree) {
  EXPECT_EQ(reused_at_once(512, 0, 0), 0U);
  EXPECT_EQ(reused_at_once(512, 479, 479), 0U);
  EXPECT_EQ(reused_at_once(512, 480, 480), 32U);
  EXPECT_EQ(reused_at_once(2, 1, 1), 0U);
  EXPECT_EQ(reused_at_once(2, 2, 1), 1U);
  EXPECT_EQ(reused_at_once(1, 1, 0), 0U);
}

TEST(ReusedAtOnce, IsAnEighthOfTheIdleOnes) {
  EXPECT_EQ(reused_at_once(1000, 1000, 1), 1U);
  EXPECT_EQ(reused_at_once(1000, 1000, 15), 1U);
  EXPECT_EQ(reused_at_once(1000, 1000, 16), 2U);
  EXPECT_EQ(reused_at_once(1000, 1000, 255), 31U);
  EXPECT_EQ(reused_at_once(1000, 1000, 1000), 32U);
}

// A reload may have made the limit smaller than what is open.
TEST(ReusedAtOnce, TakesMoreOpenThanThereMayBe) {
  EXPECT_EQ(reused_at_once(10, 500, 80), 10U);
}

TEST_F(IdleClientsTest, YieldThoseThatHaveWaitedTheLongest) {
  for (const std::size_t number : Numbers{3, 1, 4, 0, 5})
    idle.insert(connections[number]->place, 7);
  connections[1]->place.leave();
  idle.insert(connections[1]->place, 7);  // it has had a request meanwhile
  idle.yield(2);
  EXPECT_EQ(ended(), (Numbers{3, 4}));
  EXPECT_EQ(idle.size(), 3U);
  EXPECT_EQ(idle.yielding(), 2U);
  idle.yield(100);
  EXPECT_EQ(ended(), (Numbers{0, 1, 3, 4, 5}));
  EXPECT_EQ(idle.size(), 0U);
}

TEST_F(IdleClientsTest, LookAtNobodyWhoHasLeft) {
  idle.insert(connections[0]->place, 7);
  idle.insert(connections[1]->place, 7);
  connections[0]->place.leave();
  connections[0]->place.leave();
  idle.yield(2);
  EXPECT_EQ(ended(), (Numbers{1}));
}

TEST_F(IdleClientsTest, CountThoseThatYieldUntilTheyAreGone) {
  idle.insert(connections[0]->place, 7);
  idle.insert(connections[1]->place, 7);
  idle.yield(2);
  connections[0]->place.leave();
  EXPECT_EQ(idle.yielding(), 2U);
  idle.insert(connections[1]->place, 7);
  EXPECT_EQ(idle.size(), 0U) << "it only waits for its end";
  connections[0].reset();
  EXPECT_EQ(idle.yielding(), 1U);
  connections[1].reset();
  EXPECT_EQ(idle.yielding(), 0U);
}

TEST_F(IdleClientsTest, ForgetWhoGoesWithoutAWord) {
  for (const std::size_t number : Numbers{0, 1, 2})
    idle.insert(connections[number]->place, 7);
  connections[1].reset();
  EXPECT_EQ(idle.size(), 2U);
  idle.yield(2);
  EXPECT_EQ(ended(), (Numbers{0, 2}));
}

TEST_F(IdleClientsTest, EndThoseOfAnAddress) {
  for (const std::size_t number : Numbers{0, 1, 2, 3})
    idle.insert(connections[number]->place, number % 2);
  idle.abort_if([](std::size_t listen) { return listen == 1; });
  EXPECT_EQ(ended(), (Numbers{1, 3}));
  EXPECT_EQ(idle.size(), 4U) << "they leave when they notice";
}

TEST_F(IdleClientsTest, EndOnlyThoseOfAnAddressThatHadAnAnswer) {
  for (const std::size_t number : Numbers{0, 1, 2, 3})
    idle.insert(connections[number]->place, number % 2, /*is_new=*/number < 2);
  idle.abort_kept_if([](std::size_t listen) { return listen == 1; });
  EXPECT_EQ(ended(), (Numbers{3}));
  connections[1]->place.leave();
  idle.insert(connections[1]->place, 1);  // it has had its first request meanwhile
  idle.abort_kept_if([](std::size_t listen) { return listen == 1; });
  EXPECT_EQ(ended(), (Numbers{1, 3}));
}

TEST_F(IdleClientsTest, KeepTheOrderWhoeverComesAndGoes) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  std::list<std::size_t> expected;
  for (int step = 0; step < 2000; ++step) {
    const std::size_t number = random() % connections.size();
    const auto found = std::find(expected.begin(), expected.end(), number);
    if (found != expected.end()) {
      expected.erase(found);
      connections[number]->place.leave();
    } else {
      expected.push_back(number);
      idle.insert(connections[number]->place, number);
    }
    std::list<std::size_t> held;
    idle.abort_if([&](std::size_t listen) {
      held.push_back(listen);
      return false;
    });
    ASSERT_EQ(held, expected) << "seed " << seed << ", step " << step;
    ASSERT_EQ(idle.size(), expected.size());
  }
}

}  // namespace
}  // namespace signgate::proxy
