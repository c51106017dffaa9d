// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/http1_client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "tests/unit/gateway/proxy/linked_exchange.hpp"

namespace signgate::proxy {
namespace {

class Http1ClientTest : public testing::Test {
 protected:
  void send(std::string_view bytes) {
    EXPECT_EQ(far_.write_some(net::asio::buffer(bytes.data(), bytes.size())), bytes.size());
  }

  void run(net::Awaitable<void> work) {
    bool ended = false;
    net::asio::co_spawn(link_.context, std::move(work), [&](const std::exception_ptr& thrown) {
      EXPECT_FALSE(thrown);
      ended = true;
      link_.context.stop();
    });
    link_.context.restart();
    link_.context.run_for(std::chrono::seconds(10));
    EXPECT_TRUE(ended);
  }

  net::Awaitable<void> read_head() {
    const HeadLimits limits;
    const Result<bool> read = co_await client_.read_head(limits);
    EXPECT_TRUE(read && *read);
  }

  // Each part on a line of its own, and then what ended it.
  net::Awaitable<void> read_body() {
    while (true) {
      const auto part = co_await client_.read_body(Milliseconds(60000));
      if (!part) {
        body_ += error_name(part.error().code);
        co_return;
      }
      body_.append(part->data).append("\n");
      if (part->last) co_return;
    }
  }

  LinkedExchange link_;
  net::Socket far_{link_.context.get_executor()};
  RequestMemoryPool memories_;
  Http1Client client_{link_.link(far_), link_.wheel, memories_};
  std::string body_;
};

constexpr std::string_view chunked_head =
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_F(Http1ClientTest, ReadsAChunkedBody) {
  send(chunked_head);
  send("3\r\nabc\r\n0\r\n\r\n");
  run(read_head());
  run(read_body());
  EXPECT_EQ(body_, "abc\n\n");
}

TEST_F(Http1ClientTest, ReadsNoMoreOfABodyWhoseReadingWasStoppedBetweenTwoReads) {
  send(chunked_head);
  send("3\r\nabc\r\n5\r\n");
  run(read_head());
  client_.stop_reading();
  run(read_body());
  EXPECT_EQ(body_, "abc\ncancelled");
}

TEST_F(Http1ClientTest, ReadsTheNextRequestAfterOneWhoseReadingWasStopped) {
  send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  run(read_head());
  client_.stop_reading();
  client_.start({.status = 204, .reason = {}, .fields = {}, .length = 0}, true, "s", "d");
  const auto sent = client_.write_now({}, true);
  ASSERT_TRUE(sent && *sent);
  ASSERT_TRUE(client_.finish_request());
  send(chunked_head);
  send("1\r\na\r\n0\r\n\r\n");
  run(read_head());
  run(read_body());
  EXPECT_EQ(body_, "a\n\n");
}

}  // namespace
}  // namespace signgate::proxy
