// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/exchange.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

namespace signgate::proxy {
namespace {

/// A client without a connection or framing: the second kind of client, which holds the exchange to
/// what ClientStream says.
class ScriptedClient final : public ClientStream {
 public:
  explicit ScriptedClient(std::string request) : request_(std::move(request)) {
    EXPECT_TRUE(http::parse_request_head(request_, {}, head_)) << request_;
    framing_ = *http::request_framing(head_);
  }

  [[nodiscard]] const http::RequestHead& head() const noexcept override { return head_; }
  [[nodiscard]] const http::Framing& framing() const noexcept override { return framing_; }
  [[nodiscard]] bool pipelined() const noexcept override { return false; }
  [[nodiscard]] std::optional<std::string_view> whole_body() const noexcept override {
    return std::string_view();
  }
  void discard_whole_body() noexcept override {}
  [[nodiscard]] net::Awaitable<Result<BodyPart>> read_body(Milliseconds /*timeout*/) override {
    const BodyPart part{.data = {}, .last = true};
    co_return part;
  }
  void stop_reading() noexcept override {}
  [[nodiscard]] bool body_complete() const noexcept override { return true; }
  [[nodiscard]] bool waits_for_continue() const noexcept override { return false; }
  [[nodiscard]] net::Awaitable<Result<void>> send_interim(int /*status*/,
                                                          const http::Fields& /*fields*/,
                                                          Milliseconds /*timeout*/) override {
    co_return Result<void>();
  }
  [[nodiscard]] std::string_view trailers() const noexcept override { return {}; }
  [[nodiscard]] bool takes_trailers() const noexcept override { return false; }
  void add_trailers(const http::Fields& /*fields*/) override {}
  void start(const Answer& answer, bool keep_alive, std::string_view server,
             std::string_view date) override {
    status = answer.status;
    length = answer.length;
    kept = keep_alive;
    this->server = server;
    this->date = date;
    for (const http::Field& field : answer.fields)
      fields += std::string(field.name) + ": " + std::string(field.value) + "\n";
    started_ = true;
  }
  [[nodiscard]] net::Awaitable<Result<void>> write(std::span<const std::string_view> parts,
                                                   bool last, Milliseconds /*timeout*/) override {
    EXPECT_TRUE(started_);
    for (const std::string_view part : parts)
      body += part;
    ended = ended || last;
    co_return Result<void>();
  }
  [[nodiscard]] Result<bool> write_now(std::span<const std::string_view> parts,
                                       bool last) override {
    for (const std::string_view part : parts)
      body += part;
    ended = ended || last;
    return true;
  }
  [[nodiscard]] net::Awaitable<Result<void>> flush(Milliseconds /*timeout*/) override {
    co_return Result<void>();
  }
  void start_tunnel(const Answer& answer, std::string_view server, std::string_view date) override {
    start(answer, false, server, date);
  }
  [[nodiscard]] net::Awaitable<Result<std::size_t>> read_tunnel(std::span<char> /*into*/,
                                                                Milliseconds /*timeout*/) override {
    co_return std::size_t{0};
  }
  [[nodiscard]] net::Awaitable<Result<void>> wait_readable(Milliseconds /*timeout*/) override {
    co_return Result<void>();
  }
  void postpone_read(Milliseconds /*timeout*/) noexcept override {}
  void end_tunnel() noexcept override {}
  void cut() noexcept override { was_cut = true; }
  [[nodiscard]] bool started() const noexcept override { return started_; }
  [[nodiscard]] bool has_left() noexcept override { return false; }
  [[nodiscard]] std::uint64_t request_length() const noexcept override { return request_.size(); }
  [[nodiscard]] std::uint64_t bytes_sent() const noexcept override { return body.size(); }
  [[nodiscard]] std::uint64_t body_bytes_sent() const noexcept override { return body.size(); }

  int status = 0;
  std::optional<std::uint64_t> length;
  bool kept = false;
  std::string server;
  std::string date;
  std::string fields;
  std::string body;
  bool ended = false;
  bool was_cut = false;

 private:
  std::string request_;
  http::RequestHead head_;
  http::Framing framing_;
  bool started_ = false;
};

class ExchangeTest : public testing::Test {
 protected:
  void serve(config::Config config) {
    const auto router = route::Router::make(config, {});
    ASSERT_TRUE(router);
    auto runtime = std::make_shared<Runtime>();
    runtime->router = *router;
    runtime->listens = {0};
    for (const route::Group& group : (*router)->groups()) {
      runtime->groups.push_back(std::make_shared<upstream::Group>(
          group, std::vector<std::vector<net::Endpoint>>(group.peers.size())));
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

  std::unique_ptr<ScriptedClient> ask(const std::string& request) {
    auto client = std::make_unique<ScriptedClient>(request);
    Viewer viewer;
    viewer.address = "192.0.2.1";
    viewer.requests = 1;
    Exchange exchange(services_, *client, viewer);
    net::asio::co_spawn(context_, exchange.run(),
                        [](const std::exception_ptr& failure) { EXPECT_FALSE(failure); });
    context_.restart();
    context_.run();
    return client;
  }

  net::asio::io_context context_{1};
  net::SignerPool signers_{1};
  signing::SignatureMemo memo_{1 << 20};
  Services services_{context_, signers_, memo_};
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
  config::Config config = returning(200, "");
  config::Upstream upstream;
  upstream.name = "none";
  config.upstreams.push_back(upstream);
  config::Route& route = config.servers[0].routes[0];
  route.return_.reset();
  route.proxy_pass = config::ProxyPass{.scheme = "http", .host = "none", .uri = {}, .place = {}};
  serve(std::move(config));
  const auto client = ask("GET /given HTTP/1.1\r\nHost: gw.test\r\n\r\n");
  EXPECT_EQ(client->status, 502);
  EXPECT_FALSE(client->was_cut);
}

}  // namespace
}  // namespace signgate::proxy
