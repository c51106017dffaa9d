// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/router.hpp"

#include <gtest/gtest.h>

#include <random>

namespace signgate::route {
namespace {

config::Route location(std::string text, std::string pass = {}) {
  config::Route route;
  route.location = std::move(text);
  if (!pass.empty())
    route.proxy_pass =
        config::ProxyPass{.scheme = "http", .host = std::move(pass), .uri = {}, .place = {}};
  return route;
}

std::shared_ptr<const Router> compile(std::vector<config::Server> servers) {
  config::Config config;
  config.servers = std::move(servers);
  auto router = Router::make(config, {});
  EXPECT_TRUE(router);
  return *router;
}

config::Server server_with(std::vector<config::Route> routes) {
  config::Server server;
  server.routes = std::move(routes);
  return server;
}

// The example of nginx's documentation of `location`, and the cases around it.
TEST(FindRoute, FollowsNginxsOrder) {
  const auto router = compile({server_with(
      {location("= /"), location("/"), location("/documents/"), location("^~ /images/"),
       location("~* \\.(gif|jpg|jpeg)$"), location("~ ^/documents/secret")})});
  const Server& server = router->servers().front();
  const auto found = [&](std::string_view uri) { return server.find_route(uri)->location; };
  EXPECT_EQ(server.find_route("/")->kind, config::LocationKind::exact);
  EXPECT_EQ(found("/index.html"), "/");
  EXPECT_EQ(found("/documents/document.html"), "/documents/");
  EXPECT_EQ(found("/images/1.gif"), "/images/");
  EXPECT_EQ(found("/documents/1.JPG"), "\\.(gif|jpg|jpeg)$");
  EXPECT_EQ(found("/documents/secret.jpg"), "\\.(gif|jpg|jpeg)$");  // the first regex of the file
  EXPECT_EQ(found("/documents/secret"), "^/documents/secret");
  EXPECT_EQ(found("/documents"), "/");
}

TEST(FindRoute, FindsNothingWhereNoLocationFits) {
  const auto router = compile({server_with({location("/a/")})});
  EXPECT_EQ(router->servers().front().find_route("/b"), nullptr);
}

TEST(RedirectsToSlash, HoldsForProxiedPrefixesAlone) {
  const auto router = compile({server_with(
      {location("/p/", "up"), location("/q/"), location("= /r"), location("/r/", "up")})});
  const Server& server = router->servers().front();
  EXPECT_TRUE(server.redirects_to_slash("/p"));
  EXPECT_FALSE(server.redirects_to_slash("/p/"));
  EXPECT_FALSE(server.redirects_to_slash("/q"));
  EXPECT_FALSE(server.redirects_to_slash("/r"));
}

// What stood in the tables' place: each location is looked at.
TEST(FindRoute, FindsWhatALookAtEachDoes) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto path = [&] {
    std::string text = "/";
    for (std::size_t i = random() % 6; i > 0; --i)
      text += "/ab"[random() % 3];
    return text;
  };
  for (int round = 0; round < 30; ++round) {
    std::vector<config::Route> routes;
    for (std::size_t i = random() % 40; i > 0; --i) {
      const char* const kind = random() % 3 == 0 ? "= " : random() % 2 == 0 ? "^~ " : "";
      routes.push_back(location(kind + path(), random() % 2 == 0 ? "up" : ""));
    }
    const auto router = compile({server_with(routes)});
    const Server& server = router->servers().front();
    for (int i = 0; i < 100; ++i) {
      const std::string uri = path();
      const Route* exact = nullptr;
      const Route* longest = nullptr;
      bool to_slash = false;
      for (const Route& route : server.exact)
        if (exact == nullptr && route.location == uri) exact = &route;
      for (const Route& route : server.prefixes) {
        if (uri.starts_with(route.location) &&
            (longest == nullptr || route.location.size() > longest->location.size()))
          longest = &route;
        to_slash = to_slash || (exact == nullptr && route.proxy && route.location == uri + '/');
      }
      ASSERT_EQ(server.find_route(uri), exact != nullptr ? exact : longest) << uri;
      ASSERT_EQ(server.redirects_to_slash(uri), to_slash) << uri;
    }
  }
}

TEST(DefaultServer, IsNotTheNamelessOne) {
  config::Server named;
  named.server_name = {"a.test"};
  const auto router = compile({named, config::Server()});
  EXPECT_EQ(&router->default_server(0), &router->servers()[0]);
  EXPECT_EQ(&router->find_server(0, "nobody.test"), &router->servers()[0]);
  EXPECT_EQ(&router->find_server(0, ""), &router->servers()[1]);
}

TEST(FindServer, FollowsNginxsOrder) {
  const auto named = [](std::vector<std::string> names) {
    config::Server server;
    server.server_name = std::move(names);
    return server;
  };
  const auto router =
      compile({named({"default"}), named({"www.example.com"}), named({"*.example.com"}),
               named({"*.deep.example.com"}), named({"www.*"}), named({"~^mail\\d"})});
  ASSERT_EQ(router->listens().size(), 1U);
  const auto found = [&](std::string_view host) { return router->find_server(0, host).name; };
  EXPECT_EQ(found("www.example.com"), "www.example.com");
  EXPECT_EQ(found("a.example.com"), "*.example.com");
  EXPECT_EQ(found("a.deep.example.com"), "*.deep.example.com");
  EXPECT_EQ(found("www.example.org"), "www.*");
  EXPECT_EQ(found("mail1.example.net"), "~^mail\\d");
  EXPECT_EQ(found("example.com"), "default");
  EXPECT_EQ(found(""), "default");
}

TEST(FindNamedServer, IsNotTheDefaultForAHostThatIsNobodys) {
  config::Server first;
  first.server_name = {"a.test"};
  config::Server second;
  second.server_name = {"~^b\\d"};
  const auto router = compile({first, second});
  EXPECT_EQ(router->find_named_server(0, "a.test"), &router->servers()[0]);
  EXPECT_EQ(router->find_named_server(0, "b1.test"), &router->servers()[1]);
  EXPECT_EQ(router->find_named_server(0, "nobody.test"), nullptr);
  const auto alone = compile({first});
  EXPECT_EQ(alone->find_named_server(0, "a.test"), &alone->servers()[0]);
  EXPECT_EQ(alone->find_named_server(0, "nobody.test"), nullptr);
}

TEST(FindServer, TakesADotForTheNameAndAllBelow) {
  const auto named = [](std::vector<std::string> names) {
    config::Server server;
    server.server_name = std::move(names);
    return server;
  };
  const auto router =
      compile({named({"default"}), named({".example.com"}), named({"*.org", ".org"}),
               named({"www.example.com"}), named({"*.a.example.com"})});
  const auto found = [&](std::string_view host) {
    return router->index_of(router->find_server(0, host));
  };
  EXPECT_EQ(found("example.com"), 1U);
  EXPECT_EQ(found("a.example.com"), 1U);
  EXPECT_EQ(found("a.b.example.com"), 1U);
  EXPECT_EQ(found("www.example.com"), 3U);
  EXPECT_EQ(found("b.a.example.com"), 4U);
  EXPECT_EQ(found("notexample.com"), 0U);
  EXPECT_EQ(found(".example.com"), 0U);
  EXPECT_EQ(found("org"), 2U);
  EXPECT_EQ(router->servers()[1].name, "example.com");
}

TEST(FindServer, AnExactNameGoesBeforeADotOfAnEarlierServer) {
  config::Server dot;
  dot.server_name = {".example.com"};
  config::Server exact;
  exact.server_name = {"example.com"};
  const auto router = compile({dot, exact});
  EXPECT_EQ(router->index_of(router->find_server(0, "example.com")), 1U);
}

TEST(Listens, JoinServersOfOneAddress) {
  config::Server first;
  first.listen = {{.address = "127.0.0.1:8080"}, {.address = "127.0.0.1:0"}};
  config::Server second;
  second.listen = {{.address = "127.0.0.1:8080", .ssl = true}, {.address = "127.0.0.1:0"}};
  const auto router = compile({first, second});
  ASSERT_EQ(router->listens().size(), 3U);
  EXPECT_EQ(router->listens()[0].servers, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(router->listens()[1].servers, std::vector<std::size_t>{0});
  EXPECT_TRUE(router->listens()[0].ssl);
  EXPECT_FALSE(router->listens()[1].ssl);
}

TEST(Listens, BeginWithTheDefaultServer) {
  config::Server first;
  first.listen = {{.address = "127.0.0.1:443", .ssl = true}};
  config::Server second = first;
  second.listen.front().default_server = true;
  const auto router = compile({first, second});
  EXPECT_EQ(router->listens().at(0).servers, (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(router->index_of(router->find_server(0, "nobody.example")), 1U);
}

TEST(Groups, AreMadeOfAUrlsHostToo) {
  const auto router =
      compile({server_with({location("/", "127.0.0.1:3000"), location("/b", "127.0.0.1:3000")})});
  ASSERT_EQ(router->groups().size(), 1U);
  EXPECT_EQ(router->groups()[0].peers.at(0).address, "127.0.0.1:3000");
  EXPECT_EQ(router->servers().front().find_route("/")->proxy->port, 3000);
}

TEST(Groups, OfHttpsHaveItsPort) {
  std::vector<config::Route> routes = {location("/", "site.test"), location("/s", "site.test"),
                                       location("/v6", "[::1]"), location("/p", "site.test:8443")};
  for (std::size_t i = 1; i < routes.size(); ++i)
    routes[i].proxy_pass->scheme = "https";
  const auto router = compile({server_with(routes)});
  const auto found = [&](std::string_view path) {
    const ProxyTarget& target = *router->servers().front().find_route(path)->proxy;
    return router->groups()[target.group].peers.at(0).address + " " + std::to_string(target.port);
  };
  EXPECT_EQ(found("/"), "site.test 80");
  EXPECT_EQ(found("/s"), "site.test:443 443");
  EXPECT_EQ(found("/v6"), "[::1]:443 443");
  EXPECT_EQ(found("/p"), "site.test:8443 8443");
}

TEST(CheckTls, GoesByTheFirstRouteWithHttps) {
  config::Config config;
  std::vector<config::Route> routes = {location("/", "app"), location("/s", "app"),
                                       location("/t", "app")};
  routes[1].proxy_pass->scheme = "https";
  routes[1].settings.proxy_ssl.settings.verify = true;
  routes[1].settings.proxy_ssl.server_name = true;
  routes[2].proxy_pass->scheme = "https";
  config.servers = {server_with(routes)};
  config::Upstream& app = config.upstreams.emplace_back();
  app.name = "app";
  app.health_check.emplace();
  const auto compiled = [&] {
    const auto router = Router::make(config, {});
    EXPECT_TRUE(router);
    return *router;
  };
  const auto check = [&] { return compiled()->groups().front().check_tls; };
  ASSERT_TRUE(check());
  EXPECT_TRUE(compiled()->upstream_tls().at(check()->tls).settings.verify);
  EXPECT_EQ(check()->name, "app");
  EXPECT_TRUE(check()->sends_name);
  for (const auto& [name, wanted] : {std::pair{"a.test", "a.test"},
                                     {"${proxy_host}.test:443", "app.test:443"},
                                     {"x.$proxy_host", "x.app"},
                                     {"$host", "app"},
                                     {"$proxy_hosts", "app"}}) {
    config.servers[0].routes[1].settings.proxy_ssl.name = name;
    EXPECT_EQ(check()->name, wanted) << name;
  }
  config.upstreams[0].health_check->tls = false;
  EXPECT_FALSE(check());
  config.upstreams[0].health_check.reset();
  EXPECT_FALSE(check());
}

TEST(CheckTls, GoesByTheTopLevelWhereNoRouteHasHttps) {
  config::Config config;
  config.servers = {server_with({location("/", "app")})};
  config.settings.proxy_ssl.settings.verify = true;
  config::Upstream& app = config.upstreams.emplace_back();
  app.name = "app";
  app.health_check.emplace();
  EXPECT_FALSE((*Router::make(config, {}))->groups().front().check_tls);
  config.upstreams[0].health_check->tls = true;
  const auto router = *Router::make(config, {});
  ASSERT_TRUE(router->groups().front().check_tls);
  const CheckTls& check = *router->groups().front().check_tls;
  EXPECT_TRUE(router->upstream_tls().at(check.tls).settings.verify);
  EXPECT_EQ(check.name, "app");
}

TEST(UpstreamTls, IsSharedByRoutesThatSayTheSame) {
  std::vector<config::Route> routes = {location("/", "a.test"), location("/s", "a.test"),
                                       location("/t", "b.test"), location("/u", "b.test")};
  for (std::size_t i = 1; i < routes.size(); ++i)
    routes[i].proxy_pass->scheme = "https";
  routes[2].settings.proxy_ssl.name = "other.test";
  routes[3].settings.proxy_ssl.settings.verify = true;
  const auto router = compile({server_with(routes)});
  const auto tls_of = [&](std::string_view path) {
    return router->servers().front().find_route(path)->proxy->tls;
  };
  EXPECT_EQ(tls_of("/"), std::nullopt);
  EXPECT_EQ(tls_of("/s"), 0U);
  EXPECT_EQ(tls_of("/t"), 0U);
  EXPECT_EQ(tls_of("/u"), 1U);
  EXPECT_EQ(router->upstream_tls().size(), 2U);
}

TEST(Unsigning, IsSharedByTheRoutesThatAskForIt) {
  std::vector<config::Route> routes = {location("/"), location("/a"), location("/b")};
  routes[1].settings.unsign = routes[2].settings.unsign = true;
  const auto router = compile({server_with(routes)});
  const auto rules_of = [&](std::string_view path) {
    return router->servers().front().find_route(path)->unsigning;
  };
  EXPECT_EQ(rules_of("/"), nullptr);
  EXPECT_NE(rules_of("/a"), nullptr);
  EXPECT_EQ(rules_of("/a"), rules_of("/b"));
}

TEST(FindRoute, NotesWhatTheExpressionTook) {
  const auto router = compile({server_with(
      {location("/"), location("= /u/exact"), location("~ ^/u/(?<user>[^/]+)/(.*)$")})});
  const Server& server = router->servers().front();
  std::unique_ptr<Captured> captured;
  EXPECT_EQ(server.find_route("/u/exact", &captured)->location, "/u/exact");
  EXPECT_EQ(server.find_route("/v/anna/x", &captured)->location, "/");
  EXPECT_EQ(captured, nullptr);
  EXPECT_TRUE(server.find_route("/u/anna/x", &captured)->regex);
  ASSERT_NE(captured, nullptr);
  EXPECT_EQ(captured->numbered[2], "x");
  ASSERT_NE(captured->find("user"), nullptr);
  EXPECT_EQ(*captured->find("user"), "anna");
}

TEST(FindServer, NotesWhatTheExpressionTook) {
  config::Server server;
  server.server_name = {"www.example.com", "~^(?<sub>.+)\\.example\\.com$"};
  config::Server without;
  without.server_name = {"~^[a-z]"};
  // An address of one server has to look at its names all the same.
  for (const auto& servers : {std::vector{server}, std::vector{without, server}}) {
    const auto router = compile(servers);
    std::unique_ptr<Captured> captured;
    EXPECT_TRUE(router->listens()[0].captures);
    static_cast<void>(router->find_server(0, "www.example.com", &captured));
    static_cast<void>(router->find_server(0, "", &captured));
    EXPECT_EQ(captured, nullptr);
    EXPECT_EQ(&router->find_server(0, "7.example.com", &captured), &router->servers().back());
    ASSERT_NE(captured, nullptr);
    EXPECT_EQ(captured->numbered[1], "7");
    EXPECT_EQ(*captured->find("sub"), "7");
  }
  EXPECT_FALSE(compile({without})->listens()[0].captures);
}

}  // namespace
}  // namespace signgate::route
