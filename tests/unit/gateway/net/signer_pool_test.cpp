// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/signer_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <semaphore>

#include "signing/signature_memo.hpp"

namespace signgate::net {
namespace {

constexpr signing::Fingerprint fingerprint{1};

// A job that occupies one thread of the pool until it is let go, which may be after the test.
class Plug {
 public:
  explicit Plug(SignerPool& pool) {
    EXPECT_TRUE(pool.offer([gates = gates_] {
      gates->begun.release();
      gates->go.acquire();
    }));
    gates_->begun.acquire();
  }
  void pull() { gates_->go.release(); }

 private:
  struct Gates {
    std::binary_semaphore begun{0};
    std::binary_semaphore go{0};
  };

  std::shared_ptr<Gates> gates_ = std::make_shared<Gates>();
};

Awaitable<void> run_and_note(SignerPool& pool, std::vector<int>& order, std::thread::id& home,
                             int number) {
  std::function<void()> job = [&order, number] { order.push_back(number); };
  co_await pool.run(std::move(job));
  home = std::this_thread::get_id();
}

TEST(SignerPool, RunsJobsElsewhereAndComesBack) {
  SignerPool pool(1);
  asio::io_context io;
  std::thread::id ran;
  std::thread::id resumed;
  std::function<void()> job = [&ran] { ran = std::this_thread::get_id(); };
  const auto ask = [](SignerPool& where, std::function<void()> what,
                      std::thread::id& home) -> Awaitable<void> {
    co_await where.run(std::move(what));
    home = std::this_thread::get_id();
  };
  asio::co_spawn(io, ask(pool, std::move(job), resumed), asio::detached);
  io.run();
  EXPECT_NE(ran, std::thread::id());
  EXPECT_NE(ran, std::this_thread::get_id());
  EXPECT_EQ(resumed, std::this_thread::get_id());
  EXPECT_EQ(pool.statistics().jobs, 1U);
}

TEST(SignerPool, HandsWhatAJobThrewToWhoeverWaitsForIt) {
  SignerPool pool(1);
  asio::io_context io;
  std::exception_ptr thrown;
  std::function<void()> faulty = [] { throw std::bad_alloc(); };
  asio::co_spawn(io, pool.run(std::move(faulty)),
                 [&thrown](const std::exception_ptr& what) { thrown = what; });
  io.run();
  ASSERT_NE(thrown, nullptr);
  EXPECT_THROW(std::rethrow_exception(thrown), std::bad_alloc);
  // The thread goes on.
  std::vector<int> order;
  std::thread::id home;
  io.restart();
  asio::co_spawn(io, run_and_note(pool, order, home, 7), asio::detached);
  io.run();
  EXPECT_EQ(order, std::vector<int>{7});
}

TEST(SignerPool, KeepsTheOrderAndDropsNothingWhenTheQueueIsFull) {
  SignerPool pool(1, 2);
  Plug plug(pool);
  asio::io_context io;
  std::vector<int> order;
  std::array<std::thread::id, 7> homes;
  for (int i = 0; i < 7; ++i)
    asio::co_spawn(io, run_and_note(pool, order, homes[static_cast<std::size_t>(i)], i),
                   asio::detached);
  io.poll();
  EXPECT_EQ(pool.statistics().queued, 2U);
  EXPECT_EQ(pool.statistics().waiting, 5U);
  plug.pull();
  io.run();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6}));
  for (const auto& home : homes)
    EXPECT_EQ(home, std::this_thread::get_id());
  EXPECT_EQ(pool.statistics().queued + pool.statistics().waiting, 0U);
}

TEST(SignerPool, DoesWhatWasOfferedLast) {
  SignerPool pool(1, 4);
  Plug plug(pool);
  std::vector<int> order;
  std::binary_semaphore done(0);
  EXPECT_TRUE(pool.offer([&] {
    order.push_back(100);
    done.release();
  }));
  asio::io_context io;
  std::thread::id home;
  asio::co_spawn(io, run_and_note(pool, order, home, 1), asio::detached);
  io.poll();
  plug.pull();
  io.run();
  done.acquire();
  EXPECT_EQ(order, (std::vector<int>{1, 100}));
}

TEST(SignerPool, RefusesOffersPastItsBound) {
  SignerPool pool(1, 2);
  Plug plug(pool);
  EXPECT_TRUE(pool.offer([] {}));
  EXPECT_TRUE(pool.offer([] {}));
  EXPECT_FALSE(pool.offer([] {}));
  plug.pull();
}

TEST(SignerPool, WaitsForAFlight) {
  signing::SignatureMemo memo(1 << 20);
  const signing::MemoKey key{"policy", &fingerprint, signing::HashAlgorithm::sha1};
  for (const bool landed_before : {false, true}) {
    memo.clear();
    std::string out;
    const auto flight = memo.look_up(key, out).flight;
    if (landed_before) memo.land(flight, "S");
    asio::io_context io;
    bool resumed = false;
    const auto wait = [](std::shared_ptr<signing::Flight> what, bool& done) -> Awaitable<void> {
      co_await SignerPool::landed(std::move(what));
      done = true;
    };
    asio::co_spawn(io, wait(flight, resumed), asio::detached);
    io.poll();
    EXPECT_EQ(resumed, landed_before);
    std::thread lander([&] { memo.land(flight, "S"); });
    io.run();
    lander.join();
    EXPECT_TRUE(resumed);
    EXPECT_EQ(flight->signature(), "S");
  }
}

TEST(SignerPool, ServesManyCallersFromManyThreads) {
  SignerPool pool(3, 4);
  std::atomic<int> done = 0;
  {
    std::vector<std::jthread> loops;
    for (int t = 0; t < 3; ++t) {
      loops.emplace_back([&] {
        asio::io_context io;
        const auto ask = [](SignerPool& where, std::atomic<int>& count) -> Awaitable<void> {
          for (int i = 0; i < 20; ++i) {
            std::function<void()> job = [&count] { ++count; };
            co_await where.run(std::move(job));
          }
        };
        for (int i = 0; i < 10; ++i)
          asio::co_spawn(io, ask(pool, done), asio::detached);
        io.run();
      });
    }
  }
  EXPECT_EQ(done, 600);
  EXPECT_EQ(pool.statistics().jobs, 600U);
}

}  // namespace
}  // namespace signgate::net
