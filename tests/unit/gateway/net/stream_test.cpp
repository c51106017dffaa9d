// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/stream.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <csignal>

#include "gateway/net/endpoint.hpp"
#include "gateway/net/tls_session_cache.hpp"
#include "tests/unit/gateway/net/certificates.hpp"

namespace signgate::net {
namespace {

constexpr Milliseconds patience{60000};

/// Two streams joined by a pair of sockets, on one io_context that a test runs until both of its
/// coroutines have ended.
class StreamTest : public testing::Test {
 protected:
  StreamTest() {
    std::signal(SIGPIPE, SIG_IGN);
    int ends[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    client_ = open(ends[0], Side::upstream);
    server_ = open(ends[1], Side::client);
    const Issued issued = issue({.name = "a.test"});
    TlsServerSettings settings;
    settings.certificates = {folder_.write("a.pem", issued.pem())};
    settings.certificate_keys = {folder_.write("a.key", issued.key_pem())};
    std::vector<TlsFinding> findings;
    server_context_ = TlsServerContext::make(settings, sessions_, findings);
    client_context_ = TlsClientContext::make({}, findings);
    EXPECT_TRUE(findings.empty());
  }
  ~StreamTest() override { wheel_.stop(); }

  std::unique_ptr<Stream> open(int descriptor, Side side) {
    return std::make_unique<Stream>(Socket(context_.get_executor(), descriptor), wheel_, side);
  }

  /// run waits for both.
  void run(Awaitable<void> first, Awaitable<void> second) {
    running_ = 2;
    asio::co_spawn(context_, std::move(first), asio::detached);
    asio::co_spawn(context_, std::move(second), asio::detached);
    while (running_ > 0 && context_.run_one() > 0) {
    }
    EXPECT_EQ(running_, 0);
  }

  Awaitable<void> accept() {
    const TlsChooser choose = [](std::string_view) { return nullptr; };
    const TlsLender lend;
    const Result<void> done =
        co_await server_->accept_tls(*server_context_, choose, lend, accept_limit_);
    accepted_ = done.has_value();
    if (!done) failure_ = done.error();
    --running_;
  }

  Awaitable<void> connect() {
    TlsPeer peer;
    peer.name = "a.test";
    const Result<void> done = co_await client_->connect_tls(*client_context_, peer, patience);
    connected_ = done.has_value();
    if (!done) failure_ = done.error();
    --running_;
  }

  Awaitable<void> send(Stream* stream, std::vector<std::string> texts) {
    std::vector<asio::const_buffer> parts;
    for (const std::string& text : texts)
      parts.push_back(asio::buffer(text));
    const Result<void> sent = co_await stream->write(parts, patience);
    EXPECT_TRUE(sent);
    --running_;
  }

  /// receive reads until `size` bytes are there, or to the end.
  Awaitable<void> receive(Stream* stream, std::size_t size) {
    std::vector<char> buffer(40000);
    got_.clear();
    while (got_.size() < size) {
      const Result<std::size_t> read = co_await stream->read_some(buffer, patience);
      if (!read) {
        failure_ = read.error();
        break;
      }
      if (*read == 0) break;
      got_.append(buffer.data(), *read);
    }
    --running_;
  }

  Awaitable<void> nothing() {
    --running_;
    co_return;
  }

  CertificateFolder folder_;
  TlsSessions sessions_;
  asio::io_context context_{1};
  DeadlineWheel wheel_{context_};
  std::shared_ptr<const TlsServerContext> server_context_;
  std::shared_ptr<const TlsClientContext> client_context_;
  std::unique_ptr<Stream> client_;
  std::unique_ptr<Stream> server_;
  Milliseconds accept_limit_ = patience;
  int running_ = 0;
  bool accepted_ = false;
  bool connected_ = false;
  std::string got_;
  std::optional<Error> failure_;
};

TEST_F(StreamTest, CarriesPlainBytesWithoutTls) {
  run(send(client_.get(), {"GET ", "/"}), receive(server_.get(), 5));
  EXPECT_EQ(got_, "GET /");
  EXPECT_EQ(client_->tls(), nullptr);
  EXPECT_EQ(client_->bytes_written(), 5U);
}

TEST_F(StreamTest, CarriesLargeAndSmallPartsOverTls) {
  run(accept(), connect());
  ASSERT_TRUE(accepted_ && connected_);
  std::vector<std::string> parts = {"head", "", std::string(100000, 'a'), "x"};
  for (int i = 0; i < 300; ++i)
    parts.push_back(std::string(static_cast<std::size_t>(i * 7), static_cast<char>('a' + i % 26)));
  std::string whole;
  for (const std::string& part : parts)
    whole += part;
  run(send(client_.get(), parts), receive(server_.get(), whole.size()));
  EXPECT_EQ(got_, whole);
  EXPECT_EQ(client_->bytes_written(), whole.size());
}

TEST_F(StreamTest, IsQuietThoughTicketsHaveComeLate) {
  run(accept(), connect());
  ASSERT_TRUE(accepted_ && connected_);
  EXPECT_TRUE(client_->is_quiet(/*looks=*/true));
  EXPECT_FALSE(client_->has_ended());
  run(send(server_.get(), {"unasked"}), nothing());
  EXPECT_FALSE(client_->is_quiet(/*looks=*/true));
  EXPECT_FALSE(client_->has_ended());
}

TEST_F(StreamTest, EndsWithCloseNotify) {
  run(accept(), connect());
  run(send(server_.get(), {"all"}), nothing());
  server_.reset();
  EXPECT_FALSE(client_->is_quiet(/*looks=*/true));
  EXPECT_FALSE(client_->has_ended());  // there is something to read still
  run(receive(client_.get(), 100), nothing());
  EXPECT_EQ(got_, "all");
  EXPECT_FALSE(failure_);
  EXPECT_TRUE(client_->has_ended());
}

TEST_F(StreamTest, TellsTheHalfWhereTheOtherHalfIsShutDown) {
  run(accept(), connect());
  client_->shut_down();
  run(receive(server_.get(), 1), nothing());
  EXPECT_FALSE(failure_);
  EXPECT_TRUE(server_->has_ended());
  EXPECT_FALSE(server_->is_gone());
  run(send(server_.get(), {"late"}), receive(client_.get(), 4));
  EXPECT_EQ(got_, "late");
}

TEST_F(StreamTest, IsClosedWhereNoCloseNotifyCame) {
  run(accept(), connect());
  run(send(server_.get(), {"half"}), nothing());
  EXPECT_FALSE(client_->is_gone());
  server_->reset_on_close();
  server_.reset();
  EXPECT_TRUE(client_->is_gone());  // whatever is left to read
  run(receive(client_.get(), 100), nothing());
  EXPECT_EQ(got_, "half");
  ASSERT_TRUE(failure_);
  EXPECT_EQ(failure_->code, ErrorCode::closed);
  EXPECT_EQ(failure_->side, Side::upstream);
}

TEST_F(StreamTest, LimitsTheHandshakeAsAWhole) {
  accept_limit_ = Milliseconds(1);
  run(accept(), nothing());
  EXPECT_FALSE(accepted_);
  ASSERT_TRUE(failure_);
  EXPECT_EQ(failure_->code, ErrorCode::timed_out);
}

// A key update's answer has to be written by who reads, where the socket takes nothing: beside it
// somebody may write, and wait for the same.
TEST_F(StreamTest, AnswersAKeyUpdateOnceThereIsRoom) {
  const std::string much(50000, 'a');
  for (const bool writes : {false, true}) {
    SCOPED_TRACE(writes);
    run(accept(), connect());
    ASSERT_TRUE(accepted_ && connected_);
    run(send(server_.get(), {much}), nothing());
    const int none = 1;
    ASSERT_EQ(
        ::setsockopt(server_->socket().native_handle(), SOL_SOCKET, SO_SNDBUF, &none, sizeof none),
        0);
    ASSERT_EQ(SSL_key_update(client_->tls()->handle(), SSL_KEY_UPDATE_REQUESTED), 1);
    run(send(client_.get(), {"x"}), nothing());

    const auto read = [](Stream& from, std::size_t size, std::string& into) -> Awaitable<void> {
      std::vector<char> buffer(40000);
      while (into.size() < size) {
        const Result<std::size_t> some = co_await from.read_some(buffer, patience);
        if (!some || *some == 0) break;
        into.append(buffer.data(), *some);
      }
    };
    std::string asked;
    std::string answered;
    asio::co_spawn(context_, read(*server_, 1, asked), asio::detached);
    context_.poll();
    running_ = writes ? 1 : 0;
    if (writes) asio::co_spawn(context_, send(server_.get(), {"late"}), asio::detached);
    context_.poll();
    EXPECT_EQ(running_, writes ? 1 : 0);
    const std::size_t all = much.size() + (writes ? 4 : 0);
    asio::co_spawn(context_, read(*client_, all, answered), asio::detached);
    while ((asked.empty() || running_ > 0 || answered.size() < all) && context_.run_one() > 0) {
    }
    EXPECT_EQ(asked, "x");
    EXPECT_EQ(answered, much + (writes ? "late" : ""));

    int ends[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    client_ = open(ends[0], Side::upstream);
    server_ = open(ends[1], Side::client);
    accepted_ = connected_ = false;
  }
}

// What an operation has got may wait for its turn behind the abort() that was to end it.
TEST_F(StreamTest, TakesNothingThatCameBeforeItsAbort) {
  for (const bool reads : {true, false}) {
    std::optional<Result<std::size_t>> got;
    std::array<char, 8> buffer{};
    Stream& stream = *server_;
    const auto wait = [](Stream& on, bool whole, std::span<char> into,
                         std::optional<Result<std::size_t>>& out) -> Awaitable<void> {
      if (whole) {
        out = co_await on.read_some(into, patience);
      } else {
        const Result<void> waited = co_await on.wait_readable(patience);
        out = waited ? Result<std::size_t>(0U) : Result<std::size_t>(waited.error());
      }
    };
    asio::co_spawn(context_, wait(stream, reads, buffer, got), asio::detached);
    context_.poll();
    ASSERT_FALSE(got);
    ASSERT_EQ(::send(client_->socket().native_handle(), "x", 1, 0), 1);
    asio::post(context_, [&] { stream.abort(); });
    while (!got && context_.run_one() > 0) {
    }
    ASSERT_TRUE(got);
    ASSERT_FALSE(*got);
    EXPECT_EQ(got->error().code, ErrorCode::cancelled);
    int ends[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    client_ = open(ends[0], Side::upstream);
    server_ = open(ends[1], Side::client);
  }
}

TEST_F(StreamTest, IsBoundToTheAddressThatItIsPreparedWith) {
  const auto prepared = [&](std::string_view local, bool keepalive, Stream& stream) {
    Endpoint from;
    if (const auto address = parse_ip_port(local))
      from = ip_endpoint(address->address, address->port);
    const auto remote = ip_endpoint(*parse_ip("127.0.0.1"), 80);
    SocketWishes wishes;
    wishes.keepalive = keepalive;
    wishes.rcvbuf = keepalive ? 16384 : 0;
    wishes.sndbuf = keepalive ? 32768 : 0;
    return stream.prepare(remote, from, wishes);
  };
  Stream bound(Socket(context_.get_executor()), wheel_, Side::upstream);
  ASSERT_TRUE(prepared("127.0.0.2", true, bound));
  EXPECT_EQ(endpoint_host(bound.socket().local_endpoint()), "127.0.0.2");
  const auto option = [](Stream& stream, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    ::getsockopt(stream.socket().native_handle(), SOL_SOCKET, name, &value, &length);
    return value;
  };
  EXPECT_NE(option(bound, SO_KEEPALIVE), 0);
  // The system counts its own needs in: twice what was asked for.
  EXPECT_EQ(option(bound, SO_RCVBUF), 2 * 16384);
  EXPECT_EQ(option(bound, SO_SNDBUF), 2 * 32768);
  Stream plain(Socket(context_.get_executor()), wheel_, Side::upstream);
  ASSERT_TRUE(prepared("", false, plain));
  EXPECT_EQ(endpoint_host(plain.socket().local_endpoint()), "0.0.0.0");
  EXPECT_EQ(option(plain, SO_KEEPALIVE), 0);
  EXPECT_NE(option(plain, SO_RCVBUF), 2 * 16384);
  for (const char* elsewhere : {"192.0.2.1", "::1"}) {
    Stream refused(Socket(context_.get_executor()), wheel_, Side::upstream);
    const Result<void> done = prepared(elsewhere, false, refused);
    ASSERT_FALSE(done) << elsewhere;
    EXPECT_EQ(done.error().code, ErrorCode::resource);
    EXPECT_EQ(done.error().side, Side::own);
    EXPECT_TRUE(done.error().detail.starts_with("bind(")) << done.error().detail;
  }
}

TEST_F(StreamTest, SaysWhyAHandshakeFailed) {
  run(send(client_.get(), {"GET / HTTP/1.1\r\n\r\n"}), accept());
  ASSERT_TRUE(failure_);
  EXPECT_EQ(failure_->code, ErrorCode::closed);
  EXPECT_EQ(failure_->detail, "SSL_do_handshake() failed: http request");
}

}  // namespace
}  // namespace signgate::net
