// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/exchange.hpp"

#include <gtest/gtest.h>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <new>
#include <sstream>
#include <thread>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/proxy/error_log.hpp"
#include "tests/unit/gateway/proxy/scripted_client.hpp"

namespace {

// While a request is answered and it is not 0, memory of just that size is not to be had: by this
// thread, and as often as `wants` says.
thread_local bool is_armed = false;
thread_local std::size_t wanted_size = 0;
thread_local int wants = 0;

}  // namespace

void* operator new(std::size_t size) {
  if (is_armed && size == wanted_size && wants > 0) {
    --wants;
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

// The other forms as well: what one of them gives another may take back.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace signgate::proxy {
namespace {

class ExchangeTest : public testing::Test {
 protected:
  void serve(config::Config config, std::vector<net::Endpoint> peers = {}) {
    const auto router = route::Router::make(config, {});
    ASSERT_TRUE(router);
    auto runtime = std::make_shared<Runtime>();
    runtime->router = *router;
    runtime->listens = {0};
    for (const route::Group& group : (*router)->groups()) {
      runtime->groups.push_back(std::make_shared<upstream::Group>(
          group, upstream::Group::Endpoints(group.peers.size(), peers), peers_));
    }
    services_.runtime = runtime;
  }

  static config::Config returning(int status, std::string value) {
    config::Config config;
    config::Server server;
    server.settings.access_log.clear();
    config::Route route;
    route.settings.access_log.clear();
    route.location = "/given";
    route.return_ = config::Return{.status = status, .value = std::move(value)};
    server.routes.push_back(route);
    config.servers.push_back(server);
    return config;
  }

  // A configuration whose location /given is proxied to an upstream with one peer.
  static config::Config proxying() {
    config::Config config = returning(200, "");
    config::Upstream upstream;
    upstream.name = "origin";
    upstream.peers.emplace_back().address = "origin.test:80";
    config.upstreams.push_back(upstream);
    config::Route& route = config.servers[0].routes[0];
    route.return_.reset();
    route.proxy_pass =
        config::ProxyPass{.scheme = "http", .host = "origin", .uri = {}, .place = {}};
    return config;
  }

  template <class Client = ScriptedClient>
  std::unique_ptr<Client> ask(const std::string& request) {
    auto client = std::make_unique<Client>(request);
    Viewer viewer;
    viewer.address = "192.0.2.1";
    viewer.requests = 1;
    viewer.began = services_.wheel.now();
    Exchange exchange(services_, *client, viewer);
    net::asio::co_spawn(context_, exchange.run(), [this](const std::exception_ptr& failure) {
      EXPECT_FALSE(failure);
      context_.stop();
    });
    context_.restart();
    is_armed = true;
    context_.run_for(std::chrono::seconds(10));
    is_armed = false;
    EXPECT_TRUE(context_.stopped());
    return client;
  }

  net::asio::io_context context_{1};
  net::SignerPool signers_{1};
  net::PasswordThreads passwords_{1};
  signing::SignatureMemo memo_{1 << 20};
  upstream::PeerRegistry peers_;
  Services services_{context_, signers_, passwords_, memo_};
};

TEST_F(ExchangeTest, AnswersAClientOfAnotherProtocol) {
  serve(returning(200, "hello from $uri"));
  const auto client = ask("GET /given?x HTTP/1.1\r\nHost: gw.test\r\n\r\n");
  EXPECT_EQ(client->status, 200);
  EXPECT_EQ(client->body, "hello from /given");
  EXPECT_EQ(client->length, 17U);
  EXPECT_EQ(client->fields, "Content-Type: text/plain\n");
  EXPECT_TRUE(client->kept);
  EXPECT_TRUE(client->ended);
  EXPECT_EQ(client->server.substr(0, 8), "signgate");
}

TEST_F(ExchangeTest, AnswersWhatNoLocationTakesWithAPage) {
  serve(returning(200, "hello"));
  const auto client = ask("GET /other HTTP/1.1\r\nHost: gw.test\r\n\r\n");
  EXPECT_EQ(client->status, 404);
  EXPECT_NE(client->body.find("<title>404 Not Found</title>"), std::string::npos);
  EXPECT_TRUE(client->ended);
}

TEST_F(ExchangeTest, RefusesAPathThatLeadsOutside) {
  serve(returning(200, "hello"));
  const auto client = ask("GET /../given HTTP/1.1\r\nHost: gw.test\r\n\r\n");
  EXPECT_EQ(client->status, 400);
}

TEST_F(ExchangeTest, TellsAnUpstreamWithoutPeersByItsStatus) {
  serve(proxying());
  const auto client = ask("GET /given HTTP/1.1\r\nHost: gw.test\r\n\r\n");
  EXPECT_EQ(client->status, 502);
  EXPECT_FALSE(client->was_cut);
}

/// One answer for whoever comes, given by a thread of its own.
class Origin {
 public:
  explicit Origin(std::string answer) : answer_(std::move(answer)) {
    thread_ = std::thread([this] {
      boost::system::error_code ignored;
      while (true) {
        net::asio::ip::tcp::socket socket(context_);
        acceptor_.accept(socket, ignored);
        std::array<char, 4096> request{};
        if (socket.read_some(net::asio::buffer(request), ignored) == 0) return;
        net::asio::write(socket, net::asio::buffer(answer_), ignored);
      }
    });
  }
  ~Origin() {
    net::asio::io_context context;
    net::asio::ip::tcp::socket last(context);
    last.connect(acceptor_.local_endpoint());
    last.close();
    thread_.join();
  }
  Origin(const Origin&) = delete;
  Origin& operator=(const Origin&) = delete;

  [[nodiscard]] std::vector<net::Endpoint> endpoints() const {
    return *net::resolve("127.0.0.1", acceptor_.local_endpoint().port());
  }

 private:
  std::string answer_;
  net::asio::io_context context_;
  net::asio::ip::tcp::acceptor acceptor_{
      context_, net::asio::ip::tcp::endpoint(net::asio::ip::address_v4::loopback(), 0)};
  std::thread thread_;
};

const std::string small_answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// What is thrown the first time that an answer is to begin.
class FaultyStart final : public ScriptedClient {
 public:
  using ScriptedClient::ScriptedClient;
  void start(const Answer& answer, bool keep_alive, std::string_view server,
             std::string_view date) override {
    if (!std::exchange(thrown_, true)) throw std::bad_alloc();
    ScriptedClient::start(answer, keep_alive, server, date);
  }

 private:
  bool thrown_ = false;
};

TEST_F(ExchangeTest, AnswersAFaultOfItsOwnWith500) {
  const Origin origin(small_answer);
  serve(proxying(), origin.endpoints());
  EXPECT_EQ(ask("GET /given HTTP/1.1\r\nHost: gw.test\r\n\r\n")->body, "hello");
  const auto client = ask<FaultyStart>("GET /given HTTP/1.1\r\nHost: gw.test\r\n\r\n");
  EXPECT_EQ(client->status, 500);
  EXPECT_TRUE(client->ended);
}

/// A broken invariant of our own, the first time that an answer is to begin.
class BrokenStart final : public ScriptedClient {
 public:
  using ScriptedClient::ScriptedClient;
  void start(const Answer& answer, bool keep_alive, std::string_view server,
             std::string_view date) override {
    SIGNGATE_CHECK(std::exchange(checked_, true));
    ScriptedClient::start(answer, keep_alive, server, date);
  }

 private:
  bool checked_ = false;
};

TEST_F(ExchangeTest, EndsOneRequestAloneByABrokenInvariantAndTellsWhere) {
  std::ostringstream log;
  set_error_log(std::make_shared<spdlog::sinks::ostream_sink_mt>(log), ErrorLevel::alert);
  for (const bool proxies : {false, true}) {
    const Origin origin(small_answer);
    serve(proxies ? proxying() : returning(200, "hello"), origin.endpoints());
    const auto client = ask<BrokenStart>("GET /given HTTP/1.1\r\nHost: gw.test\r\n\r\n");
    EXPECT_EQ(client->status, 500);
    EXPECT_TRUE(client->ended);
    EXPECT_FALSE(client->was_cut);
    // The worker goes on.
    EXPECT_EQ(ask("GET /given HTTP/1.1\r\nHost: gw.test\r\n\r\n")->body, "hello");
    EXPECT_EQ(services_.answering, 0U);
  }
  set_error_log(std::make_shared<spdlog::sinks::stderr_sink_mt>(), ErrorLevel::notice);
  EXPECT_NE(log.str().find("a request ended by a fault of our own: broken invariant: "
                           "std::exchange(checked_, true) ("),
            std::string::npos)
      << log.str();
  EXPECT_NE(log.str().find("exchange_test.cpp:"), std::string::npos);
  EXPECT_NE(log.str().find("request: \"GET /given HTTP/1.1\""), std::string::npos);
}

/// What is thrown when the body of an answer is to go out.
class FaultyBody final : public ScriptedClient {
 public:
  using ScriptedClient::ScriptedClient;
  [[nodiscard]] Result<bool> write_now(std::span<const std::string_view> /*parts*/,
                                       bool /*last*/) override {
    throw std::bad_alloc();
  }
  [[nodiscard]] net::Awaitable<Result<void>> write(std::span<const std::string_view> /*parts*/,
                                                   bool /*last*/,
                                                   Milliseconds /*timeout*/) override {
    throw std::bad_alloc();
  }
};

TEST_F(ExchangeTest, CutsAnAnswerOfItsOwnWithinWhichAFaultComes) {
  serve(returning(200, "hello"));
  const auto client = ask<FaultyBody>("GET /given HTTP/1.1\r\nHost: gw.test\r\n\r\n");
  EXPECT_EQ(client->status, 200);
  EXPECT_TRUE(client->was_cut);
  EXPECT_FALSE(client->ended);
}

TEST_F(ExchangeTest, CutsAnAnswerWithinWhichAFaultOfItsOwnComes) {
  const Origin origin(small_answer);
  serve(proxying(), origin.endpoints());
  const auto client = ask<FaultyBody>("GET /given HTTP/1.1\r\nHost: gw.test\r\n\r\n");
  EXPECT_EQ(client->status, 200);
  EXPECT_TRUE(client->was_cut);
  EXPECT_FALSE(client->ended);
}

TEST_F(ExchangeTest, AnswersAFaultWhileItConnectsWith500AndReleasesThePeer) {
  const Origin origin(small_answer);
  config::Config config = proxying();
  // One that a request has not released would be out for the next one.
  config.upstreams[0].peers[0].max_conns = 1;
  serve(config, origin.endpoints());
  for (int round = 0; round < 3; ++round) {
    wanted_size = sizeof(upstream::Connection);
    wants = 1;
    const auto client = ask("GET /given HTTP/1.1\r\nHost: gw.test\r\n\r\n");
    wanted_size = 0;
    EXPECT_EQ(wants, 0);  // it came to that
    EXPECT_EQ(client->status, 500);
    EXPECT_TRUE(client->ended);
    EXPECT_FALSE(client->was_cut);
  }
  // It is held against nobody: one failure would put the peer aside.
  EXPECT_EQ(services_.counters.upstream_errors, 0U);
  EXPECT_EQ(ask("GET /given HTTP/1.1\r\nHost: gw.test\r\n\r\n")->body, "hello");
}

}  // namespace
}  // namespace signgate::proxy
