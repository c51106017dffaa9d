// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/http1_client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

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
    EXPECT_FALSE(client_.begin_head());
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

  // What ended it before the body did.
  net::Awaitable<void> discard(std::uint64_t most) {
    const Discard bounds{.within = Linger(), .most = most};
    const Result<void> discarded = co_await client_.discard_body(bounds);
    if (!discarded) body_ += error_name(discarded.error().code);
  }

  // On a line of its own.
  net::Awaitable<void> read_tunnel(std::size_t most) {
    std::string into(most, '\0');
    const auto read = co_await client_.read_tunnel(into, Milliseconds(60000));
    EXPECT_TRUE(read);
    if (read) body_.append(into, 0, *read).append("\n");
  }

  LinkedExchange link_;
  LinkedExchange::Far far_{link_.context.get_executor()};
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

TEST_F(Http1ClientTest, ReadsWhatFollowsAChunkedBodyInATunnelFirst) {
  send(chunked_head);
  run(read_head());
  EXPECT_FALSE(client_.has_bytes());
  send("1\r\na\r\n0\r\n\r\nearly");
  run(read_body());
  EXPECT_EQ(body_, "a\n\n");
  EXPECT_TRUE(client_.has_bytes());
  send(" and late");
  run(read_tunnel(3));
  EXPECT_TRUE(client_.has_bytes());
  run(read_tunnel(100));
  EXPECT_FALSE(client_.has_bytes());
  run(read_tunnel(100));
  EXPECT_EQ(body_, "a\n\near\nly\n and late\n");
}

TEST_F(Http1ClientTest, TellsHowItFramedTheAnswer) {
  send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  run(read_head());
  EXPECT_TRUE(client_.is_kept());
  EXPECT_FALSE(client_.is_chunked());
  EXPECT_EQ(client_.sent_trailers(), "");
  client_.start({.status = 200, .reason = {}, .fields = {}, .length = {}}, true, "s", "d");
  EXPECT_TRUE(client_.is_chunked());
  http::Fields fields;
  fields.add("X-Sum", "1");
  client_.add_trailers(fields);
  client_.add_trailers(fields);
  EXPECT_EQ(client_.sent_trailers(), "X-Sum: 1\r\nX-Sum: 1\r\n");
  const auto sent = client_.write_now({}, true);
  ASSERT_TRUE(sent && *sent);
  client_.cut();
  // What the client was told counts, not what became of it.
  EXPECT_TRUE(client_.is_kept());
}

TEST_F(Http1ClientTest, ReadsABodyAwayUpToABound) {
  for (const std::uint64_t most : {std::uint64_t{0}, std::uint64_t{5}, std::uint64_t{4}}) {
    send(chunked_head);
    run(read_head());
    EXPECT_FALSE(client_.owes_body());
    client_.start({.status = 200, .reason = {}, .fields = {}, .length = 0}, true, "s", "d");
    const auto sent = client_.write_now({}, true);
    ASSERT_TRUE(sent && *sent);
    EXPECT_TRUE(client_.owes_body());
    send("5\r\nhello\r\n0\r\n\r\n");
    run(discard(most));
    EXPECT_EQ(body_, most == 4 ? "body_too_large" : "");
    EXPECT_EQ(client_.finish_request(), most != 4);
  }
}

TEST_F(Http1ClientTest, TellsWhetherTheConnectionIsKept) {
  send("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n");
  run(read_head());
  EXPECT_TRUE(client_.is_kept());
  // Only its close ends an answer of unknown length to HTTP/1.0.
  client_.start({.status = 200, .reason = {}, .fields = {}, .length = {}}, true, "s", "d");
  EXPECT_FALSE(client_.is_kept());
  EXPECT_FALSE(client_.is_chunked());
}

TEST_F(Http1ClientTest, KnowsThatAClientWantsItsConnectionClosed) {
  send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  run(read_head());
  EXPECT_FALSE(client_.is_kept());
}

/// As when many connections wait: this one holds no memory while it does.
class WaitingHttp1ClientTest : public Http1ClientTest {
 protected:
  WaitingHttp1ClientTest() {
    while (memories_.has_to_spare())
      lent_.push_back(memories_.take());
  }

  net::Awaitable<void> read_next(HeadLimits limits) {
    Result<bool> read = true;
    if (client_.begin_head()) {
      const Result<void> waited = co_await client_.wait_for_head(limits);
      read = waited.has_value();
    }
    if (*read) read = co_await client_.read_head(limits);
    outcome_ = !read ? error_name(read.error().code) : *read ? "read" : "ended";
  }

  void answer() {
    client_.start({.status = 204, .reason = {}, .fields = {}, .length = 0}, true, "s", "d");
    const auto sent = client_.write_now({}, true);
    ASSERT_TRUE(sent && *sent);
    ASSERT_TRUE(client_.finish_request());
  }

  std::vector<RequestMemoryPool::Memory> lent_;
  std::string_view outcome_;
};

const std::string small_request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

TEST_F(WaitingHttp1ClientTest, ReadsRequestsHoweverTheyAreCut) {
  const std::string request = "\r\n" + small_request;
  for (std::size_t cut = 0; cut <= request.size(); ++cut) {
    send(request.substr(0, cut));
    net::asio::steady_timer later(link_.context, std::chrono::milliseconds(1));
    later.async_wait([&](boost::system::error_code) { send(request.substr(cut)); });
    run(read_next({}));
    ASSERT_EQ(outcome_, "read") << cut;
    ASSERT_EQ(client_.head().target, "/");
    answer();
  }
}

TEST_F(WaitingHttp1ClientTest, TakesWhatWasPipelinedFirst) {
  send(small_request + small_request);
  for (int i = 0; i < 2; ++i) {
    run(read_next({}));
    ASSERT_EQ(outcome_, "read");
    EXPECT_EQ(client_.pipelined(), i == 1);
    answer();
  }
}

TEST_F(WaitingHttp1ClientTest, TakesSilenceForTheEndBeforeTheFirstRequestAndBetweenTwo) {
  HeadLimits limits;
  limits.header_timeout = limits.idle_timeout = Milliseconds(1);
  run(read_next(limits));
  EXPECT_EQ(outcome_, "ended");
  send(small_request);
  run(read_next({}));
  answer();
  run(read_next(limits));
  EXPECT_EQ(outcome_, "ended");
}

TEST_F(WaitingHttp1ClientTest, SeesTheClientGo) {
  send(small_request);
  run(read_next({}));
  answer();
  far_.close();
  run(read_next({}));
  EXPECT_EQ(outcome_, "ended");
}

TEST_F(WaitingHttp1ClientTest, HoldsAHeadToItsOwnListenersLimitInALargerBuffer) {
  RequestMemoryPool::Memory large = std::move(lent_.back());
  lent_.pop_back();
  large->capacity = limits::kept_head_buffer;
  large->buffer = std::make_unique<char[]>(large->capacity);
  memories_.give(std::move(large));
  HeadLimits limits;
  limits.first_buffer = limits.rules.max_line = limits.rules.max_head = 1024;
  send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(1000, 'x') + "\r\n\r\n");
  run(read_next(limits));
  EXPECT_EQ(outcome_, "header_too_large");
}

}  // namespace
}  // namespace signgate::proxy
