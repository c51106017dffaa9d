// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/request_pump.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <new>

#include "tests/unit/gateway/proxy/linked_exchange.hpp"

namespace signgate::proxy {
namespace {

/// A body that throws when its second part is asked for.
class FaultyBody final : public BodySource {
 public:
  [[nodiscard]] net::Awaitable<Result<ClientStream::BodyPart>> next() override {
    if (asked_++ > 0) throw std::bad_alloc();
    const ClientStream::BodyPart part{.data = "part", .last = false};
    co_return part;
  }
  void stop() noexcept override {}
  [[nodiscard]] std::string_view trailers() const noexcept override { return {}; }

 private:
  int asked_ = 0;
};

/// A body with trailers.
class TrailedBody final : public BodySource {
 public:
  [[nodiscard]] net::Awaitable<Result<ClientStream::BodyPart>> next() override {
    const ClientStream::BodyPart part{.data = "part", .last = true};
    co_return part;
  }
  void stop() noexcept override {}
  [[nodiscard]] std::string_view trailers() const noexcept override {
    return "X-A: 1\r\nContent-Digest: x\r\nDigest: y\r\n";
  }
};

RequestPump::Options options() {
  RequestPump::Options options;
  options.send_timeout = options.answer_timeout = Milliseconds(60000);
  return options;
}

TEST(RequestPump, EndsWithAnErrorWhenItsBodyThrows) {
  LinkedExchange link;
  FaultyBody body;
  RequestPump pump(body, link.exchange, options());
  pump.start(link.context.get_executor());
  Result<void> result;
  bool waited = false;
  net::asio::co_spawn(link.context, pump.wait(),
                      [&](const std::exception_ptr& thrown, Result<void> ended) {
                        EXPECT_FALSE(thrown);
                        result = std::move(ended);
                        waited = true;
                      });
  link.context.run_for(std::chrono::seconds(10));
  ASSERT_TRUE(waited);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::fault);
  EXPECT_EQ(result.error().side, Side::own);
  EXPECT_EQ(result.error().detail, "a fault of our own: std::bad_alloc");
}

TEST(RequestPump, SendsNothingMoreOnceItsBodyHasThrown) {
  LinkedExchange link;
  FaultyBody body;
  RequestPump pump(body, link.exchange, options());
  pump.start(link.context.get_executor());
  link.context.run_for(std::chrono::seconds(10));
  ASSERT_TRUE(pump.ended());
  std::array<char, 16> sent{};
  EXPECT_EQ(link.peer.read_some(net::asio::buffer(sent)), 4U);
  EXPECT_EQ(std::string_view(sent.data(), 4), "part");
  std::span<net::asio::const_buffer> nothing;
  EXPECT_FALSE(link.exchange.connection().stream.write_now(nothing));
}

/// A body of one part.
class WholeBody final : public BodySource {
 public:
  [[nodiscard]] net::Awaitable<Result<ClientStream::BodyPart>> next() override {
    const ClientStream::BodyPart part{.data = "whole", .last = true};
    co_return part;
  }
  void stop() noexcept override { ADD_FAILURE(); }
  [[nodiscard]] std::string_view trailers() const noexcept override { return {}; }
};

TEST(RequestPump, ABodyThatHasGoneOutIsNotSpoiltByAStopThatComesAtItsEnd) {
  LinkedExchange link;
  WholeBody body;
  RequestPump pump(body, link.exchange, options());
  pump.start(link.context.get_executor());
  std::array<char, 16> sent{};
  boost::system::error_code nothing_yet;
  link.peer.non_blocking(true);
  while (link.peer.read_some(net::asio::buffer(sent), nothing_yet) == 0 &&
         link.context.run_one() > 0) {
  }
  EXPECT_EQ(std::string_view(sent.data(), 5), "whole");
  ASSERT_FALSE(pump.ended()) << "there is no such moment";
  pump.stop();
  link.context.run_for(std::chrono::seconds(10));
  ASSERT_TRUE(pump.ended());
  EXPECT_TRUE(*pump.result());
  std::span<net::asio::const_buffer> nothing;
  EXPECT_TRUE(link.exchange.connection().stream.write_now(nothing));
}

TEST(RequestPump, SendsNoDigestBehindABodyThatIsAnother) {
  for (const bool drops : {false, true}) {
    LinkedExchange link;
    TrailedBody body;
    RequestPump::Options chosen = options();
    chosen.chunked = chosen.pass_trailers = true;
    chosen.drop_digests = drops;
    RequestPump pump(body, link.exchange, std::move(chosen));
    pump.start(link.context.get_executor());
    link.context.run_for(std::chrono::seconds(10));
    ASSERT_TRUE(pump.ended());
    const std::string wanted = "4\r\npart\r\n0\r\nX-A: 1\r\n" +
                               std::string(drops ? "" : "Content-Digest: x\r\nDigest: y\r\n") +
                               "\r\n";
    std::string sent(wanted.size(), '\0');
    net::asio::read(link.peer, net::asio::buffer(sent));
    EXPECT_EQ(sent, wanted);
  }
}

}  // namespace
}  // namespace signgate::proxy
