// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/password_threads.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <semaphore>
#include <thread>

#include "gateway/net/signer_pool.hpp"

namespace signgate::net {
namespace {

enum class Outcome { pending, checked, refused };

Awaitable<void> ask(PasswordThreads& threads, std::function<void()> check, Outcome& outcome) {
  const bool checked = co_await threads.run(std::move(check));
  outcome = checked ? Outcome::checked : Outcome::refused;
}

// Threads with places for two waiting checks; the first check occupies the only thread until `go`.
struct Busy {
  Busy() {
    start([this] {
      begun.release();
      go.acquire();
    });
    begun.acquire();
  }

  void start(std::function<void()> check) {
    asio::co_spawn(io, ask(threads, std::move(check), outcomes.emplace_back(Outcome::pending)),
                   asio::detached);
    io.poll();
  }

  asio::io_context io;
  std::deque<Outcome> outcomes;
  std::binary_semaphore begun{0};
  std::binary_semaphore go{0};
  PasswordThreads threads{1, 2};
};

TEST(PasswordThreads, CheckElsewhereAndComeBack) {
  PasswordThreads threads(1);
  asio::io_context io;
  std::thread::id ran;
  Outcome outcome = Outcome::pending;
  std::function<void()> check = [&ran] { ran = std::this_thread::get_id(); };
  asio::co_spawn(io, ask(threads, std::move(check), outcome), asio::detached);
  io.run();
  EXPECT_EQ(outcome, Outcome::checked);
  EXPECT_NE(ran, std::thread::id());
  EXPECT_NE(ran, std::this_thread::get_id());
}

TEST(PasswordThreads, RefuseWhoComesWhenAllPlacesAreTaken) {
  Busy busy;
  std::atomic<int> done = 0;
  for (int i = 0; i < 4; ++i)
    busy.start([&done] { ++done; });
  EXPECT_EQ(busy.outcomes,
            (std::deque<Outcome>{Outcome::pending, Outcome::pending, Outcome::pending,
                                 Outcome::refused, Outcome::refused}));
  busy.go.release();
  busy.io.run();
  EXPECT_EQ(done, 2);
  busy.io.restart();
  busy.start([&done] { ++done; });
  busy.io.run();
  EXPECT_EQ(busy.outcomes.back(), Outcome::checked);
}

TEST(PasswordThreads, LetSignaturesBeMadeWhileTheyAreBusy) {
  Busy busy;
  for (int i = 0; i < 4; ++i)
    busy.start([] {});
  SignerPool signers(1);
  bool is_signed = false;
  const auto sign = [](SignerPool& pool, bool& done) -> Awaitable<void> {
    std::function<void()> job = [&done] { done = true; };
    co_await pool.run(std::move(job));
  };
  asio::io_context page;
  asio::co_spawn(page, sign(signers, is_signed), asio::detached);
  page.run();
  EXPECT_TRUE(is_signed);
  EXPECT_EQ(busy.outcomes.front(), Outcome::pending);
  busy.go.release();
  busy.io.run();
}

TEST(PasswordThreads, LetThoseThatWaitGoWhenTheyAreToStop) {
  Busy busy;
  bool checked = false;
  busy.start([&checked] { checked = true; });
  busy.threads.stop();
  busy.go.release();
  busy.io.run();
  EXPECT_FALSE(checked);
  EXPECT_EQ(busy.outcomes, (std::deque<Outcome>{Outcome::checked, Outcome::refused}));
}

}  // namespace
}  // namespace signgate::net
