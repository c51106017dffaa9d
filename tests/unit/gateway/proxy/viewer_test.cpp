// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/viewer.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

config::Server server_named(std::string name) {
  config::Server server;
  server.server_name = {std::move(name)};
  return server;
}

Runtime runtime_of(std::vector<config::Server> servers) {
  config::Config config;
  config.servers = std::move(servers);
  Runtime runtime;
  runtime.router = *route::Router::make(config, {});
  runtime.listens = {0};
  return runtime;
}

TEST(SniHost, IsAHostInLowerCase) {
  EXPECT_EQ(sni_host("www.example.com"), "www.example.com");
  EXPECT_EQ(sni_host("WWW.Example.com."), "www.example.com");
  for (const std::string_view name :
       {"", ".", "..", "a..b", ".a", "../a", "a/b", "a\\b", "a b", "a\nb", "a@b"})
    EXPECT_EQ(sni_host(name), std::nullopt) << name;
  EXPECT_EQ(sni_host(std::string_view("a\0b", 3)), std::nullopt);
}

TEST(ServerBeforeHost, IsTheDefaultOne) {
  const Runtime runtime = runtime_of({server_named("a.test"), server_named("")});
  EXPECT_EQ(server_before_host(runtime, {}).name, "a.test");
  Viewer elsewhere;
  elsewhere.listen = 7;  // an address that is gone
  EXPECT_EQ(server_before_host(runtime, elsewhere).name, "a.test");
}

TEST(ServerBeforeHost, IsTheOneThatTheHandshakeNamed) {
  const Runtime runtime = runtime_of({server_named("a.test"), server_named("b.test")});
  Viewer viewer;
  viewer.named = {1, runtime.generation};
  EXPECT_EQ(server_before_host(runtime, viewer).name, "b.test");
}

}  // namespace
}  // namespace signgate::proxy
