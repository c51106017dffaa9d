// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/exchange.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "tests/unit/gateway/proxy/scripted_client.hpp"

namespace signgate::proxy {
namespace {

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
          group, upstream::Group::Endpoints(group.peers.size()), peers_));
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
  upstream::PeerRegistry peers_;
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
