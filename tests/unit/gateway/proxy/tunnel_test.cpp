// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/tunnel.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <new>

#include "tests/unit/gateway/proxy/linked_exchange.hpp"
#include "tests/unit/gateway/proxy/scripted_client.hpp"

namespace signgate::proxy {
namespace {

/// A client on whose way up, or down, something throws.
class FaultyClient final : public ScriptedClient {
 public:
  explicit FaultyClient(const net::Executor& executor)
      : ScriptedClient("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\n\r\n"), moves_(executor) {
    start_tunnel({}, "s", "d");
  }

  [[nodiscard]] net::Awaitable<Result<void>> wait_readable(Milliseconds /*timeout*/) override {
    if (throws_up) throw std::bad_alloc();
    while (!stopped_)
      co_await moves_.wait();
    co_return Error{ErrorCode::cancelled, Side::client, Retry::no, {}};
  }
  [[nodiscard]] net::Awaitable<Result<void>> write(std::span<const std::string_view> /*parts*/,
                                                   bool /*last*/,
                                                   Milliseconds /*timeout*/) override {
    if (throws_down) throw std::bad_alloc();
    co_return Result<void>();
  }
  void stop_reading() noexcept override {
    stopped_ = true;
    moves_.notify();
  }

  bool throws_up = false;
  bool throws_down = false;

 private:
  net::Event moves_;
  bool stopped_ = false;
};

class TunnelTest : public testing::Test {
 protected:
  TunnelTest() {
    constexpr std::string_view switched =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n";
    link_.peer.write_some(net::asio::buffer(switched.data(), switched.size()));
  }

  net::Awaitable<void> run() {
    const Result<bool> head =
        co_await link_.exchange.read_next_head(http::Method::get, /*upgrades=*/true);
    EXPECT_TRUE(head && *head);
    constexpr Milliseconds minute{60000};
    const Tunnel::Limits limits{.idle = minute, .client_timeout = minute, .peer_timeout = minute};
    Tunnel tunnel(client_, link_.exchange, buffers_, link_.context.get_executor(), limits);
    result_ = co_await tunnel.run();
    ended_ = true;
  }

  void expect_fault() {
    net::asio::co_spawn(link_.context, run(), [this](const std::exception_ptr& thrown) {
      EXPECT_FALSE(thrown);
      link_.context.stop();
    });
    link_.context.run_for(std::chrono::seconds(10));
    ASSERT_TRUE(ended_);
    ASSERT_FALSE(result_);
    EXPECT_EQ(result_.error().detail, "a fault of our own: std::bad_alloc");
  }

  LinkedExchange link_;
  BufferPool buffers_;
  FaultyClient client_{link_.context.get_executor()};
  Result<void> result_;
  bool ended_ = false;
};

TEST_F(TunnelTest, EndsBothWaysWhenTheWayUpThrows) {
  client_.throws_up = true;
  expect_fault();
}

TEST_F(TunnelTest, EndsBothWaysWhenTheWayDownThrows) {
  client_.throws_down = true;
  expect_fault();
}

}  // namespace
}  // namespace signgate::proxy
