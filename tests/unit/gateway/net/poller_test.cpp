// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/poller.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>

#include "gateway/net/socket.hpp"

namespace signgate::net {
namespace {

using Direction = Readiness::Direction;
using Code = boost::system::error_code;

/// One end of a pair of sockets that a loop watches; the test holds the other.
struct Pair {
  explicit Pair(asio::io_context& context)
      : near(context.get_executor()), readiness(make(context)) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    near = Socket(context.get_executor(), ends[0]);
    far = ends[1];
    readiness->open(ends[0]);
  }
  ~Pair() {
    readiness.reset();
    if (far >= 0) ::close(far);
  }
  static std::unique_ptr<Readiness> make(asio::io_context& context) {
    return std::make_unique<Readiness>(context.get_executor());
  }
  void send(const std::string& text) const {
    EXPECT_EQ(::send(far, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  std::string receive() const {
    char bytes[64];
    const ssize_t size = ::recv(near.native_handle(), bytes, sizeof bytes, 0);
    return size < 0 ? "nothing" : std::string(bytes, static_cast<std::size_t>(size));
  }

  Socket near;
  std::unique_ptr<Readiness> readiness;
  int far = -1;
};

class PollerTest : public testing::Test {
 protected:
  void wait(Pair& pair, const std::string& name, Direction direction = Direction::read) {
    pair.readiness->wait(direction,
                         Continuation([this, text = &names_.emplace_back(name)](Code code) {
                           told_ += *text + (code ? ":" + code.message() : "") + " ";
                         }));
  }
  std::string run() {
    context_.restart();
    context_.run();
    return std::exchange(told_, {});
  }

  asio::io_context context_{1};
  std::deque<std::string> names_;
  std::string told_;
};

TEST_F(PollerTest, TellsWhatHasComeBeforeTheWaitAndWhatComesLater) {
  Pair pair(context_);
  pair.send("x");
  wait(pair, "a");
  EXPECT_EQ(told_, "");
  EXPECT_EQ(run(), "a ");
  EXPECT_TRUE(pair.readiness->may_read());
  EXPECT_EQ(pair.receive(), "x");
  pair.readiness->drained();
  EXPECT_FALSE(pair.readiness->may_read());
  wait(pair, "b");
  context_.restart();
  context_.poll();
  EXPECT_EQ(told_, "");
  pair.send("y");
  EXPECT_EQ(run(), "b ");
}

TEST_F(PollerTest, TellsAtOnceWhatItKnowsAlready) {
  Pair pair(context_);
  pair.send("xy");
  wait(pair, "a");
  EXPECT_EQ(run(), "a ");
  wait(pair, "b");  // nothing was read
  EXPECT_EQ(told_, "");
  EXPECT_EQ(run(), "b ");
}

TEST_F(PollerTest, AnEndThatCameWithTheLastBytesIsNotForgottenWithThem) {
  Pair pair(context_);
  pair.send("last");
  ::shutdown(pair.far, SHUT_WR);
  wait(pair, "a");
  EXPECT_EQ(run(), "a ");
  EXPECT_EQ(pair.receive(), "last");
  pair.readiness->drained();
  EXPECT_TRUE(pair.readiness->has_ended());
  EXPECT_TRUE(pair.readiness->may_read());
  EXPECT_EQ(pair.receive(), "");
}

TEST_F(PollerTest, KnowsOfASocketThatNobodyWaitsFor) {
  Pair kept(context_);
  Pair other(context_);
  wait(kept, "kept");
  kept.send("x");
  EXPECT_EQ(run(), "kept ");
  EXPECT_EQ(kept.receive(), "x");
  kept.readiness->drained();
  ::close(std::exchange(kept.far, -1));
  bool seen = false;
  other.readiness->wait(Direction::read,
                        Continuation([&](Code) { seen = kept.readiness->has_ended(); }));
  other.send("y");
  run();
  EXPECT_TRUE(seen);
}

TEST_F(PollerTest, WaitsUntilWritesFitAgain) {
  Pair pair(context_);
  const std::string much(4096, 'x');
  while (::send(pair.near.native_handle(), much.data(), much.size(), 0) > 0) {
  }
  pair.readiness->full();
  wait(pair, "a", Direction::write);
  context_.restart();
  context_.poll();
  EXPECT_EQ(told_, "");
  std::string taken(much.size(), ' ');
  while (::recv(pair.far, taken.data(), taken.size(), 0) > 0) {
  }
  EXPECT_EQ(run(), "a ");
}

TEST_F(PollerTest, ACancelledWaitEndsLaterAndLetsTheLoopEnd) {
  Pair pair(context_);
  wait(pair, "r");
  wait(pair, "w", Direction::write);
  pair.readiness->cancel();
  EXPECT_EQ(told_, "");
  const std::string aborted = Code(asio::error::operation_aborted).message();
  EXPECT_EQ(run(), "r:" + aborted + " w:" + aborted + " ");
  wait(pair, "again");
  pair.send("x");
  EXPECT_EQ(run(), "again ");
}

TEST_F(PollerTest, AWaitThatIsDestroyedIsNotToldOfAndLetsTheLoopEnd) {
  auto pair = std::make_unique<Pair>(context_);
  const auto witness = std::make_shared<int>(0);
  pair->readiness->wait(Direction::read, Continuation([witness](Code) { ADD_FAILURE(); }));
  EXPECT_EQ(witness.use_count(), 2);
  pair.reset();
  EXPECT_EQ(witness.use_count(), 1);
  EXPECT_EQ(run(), "");
}

TEST_F(PollerTest, OneMayEndAnotherThatIsToldOfInTheSameTurn) {
  auto first = std::make_unique<Pair>(context_);
  auto second = std::make_unique<Pair>(context_);
  int told = 0;
  first->readiness->wait(Direction::read, Continuation([&](Code) { second.reset(), ++told; }));
  second->readiness->wait(Direction::read, Continuation([&](Code) { first.reset(), ++told; }));
  first->send("x");
  second->send("x");
  run();
  EXPECT_EQ(told, 1);
}

TEST_F(PollerTest, WhatOneThrowsDoesNotCostTheOthersTheirTurn) {
  std::vector<std::unique_ptr<Pair>> pairs;
  for (int i = 0; i < 5; ++i) {
    pairs.push_back(std::make_unique<Pair>(context_));
    pairs.back()->send("x");
  }
  pairs[1]->readiness->wait(Direction::read,
                            Continuation([](Code) { throw std::runtime_error("1"); }));
  for (const std::size_t i : {0U, 2U, 3U, 4U})
    wait(*pairs[i], std::to_string(i));
  EXPECT_THROW(context_.run(), std::runtime_error);
  const std::string before = std::exchange(told_, {});
  const std::string all = before + run();
  EXPECT_EQ(all.size(), 8U) << all;
}

TEST_F(PollerTest, ALoopThatGoesTakesItsWaitsWithIt) {
  const auto witness = std::make_shared<int>(0);
  auto context = std::make_unique<asio::io_context>(1);
  auto pair = std::make_shared<Pair>(*context);
  Readiness& readiness = *pair->readiness;
  readiness.wait(Direction::read, Continuation([pair = std::move(pair), witness](Code) {}));
  EXPECT_EQ(witness.use_count(), 2);
  context.reset();
  EXPECT_EQ(witness.use_count(), 1);
}

}  // namespace
}  // namespace signgate::net
