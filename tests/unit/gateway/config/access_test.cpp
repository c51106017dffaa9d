// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/access.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

// A configuration with lines at the top level, in its server and in its route.
std::string text(const std::string& top, const std::string& server = {},
                 const std::string& route = {}) {
  return top + "[[server]]\n" + server + "[[server.route]]\nlocation = '/'\nreturn = '200'\n" +
         route;
}

const Access& of_route(const Config& config) {
  return config.servers.at(0).routes.at(0).settings.access;
}

TEST(Access, ReadsEveryKey) {
  const Config config = read(text(
      "limit_req_zone = '$binary_remote_addr zone=one:10m rate=2r/s'\n"
      "limit_conn_zone = '$server_name zone=all:1m'\n"
      "allow = '10.0.0.0/8'\ndeny = 'all'\n"
      "set_real_ip_from = ['127.0.0.1', 'lb.test', 'unix:']\nreal_ip_header = 'X-Forwarded-For'\n"
      "real_ip_recursive = 'on'\nsatisfy = 'any'\nauth_basic = 'the $host'\n"
      "auth_basic_user_file = 'users'\nauth_request = '/auth'\nauth_delay = '2s'\n"
      "auth_request_set = '$user $upstream_http_x_user'\n"
      "limit_req = ['zone=one burst=5']\nlimit_req_status = 429\nlimit_req_log_level = 'warn'\n"
      "limit_req_dry_run = 'on'\nlimit_conn = 'all 10'\nlimit_conn_status = 444\n"
      "limit_conn_log_level = 'info'\nlimit_conn_dry_run = 'on'\n"
      "valid_referers = ['none', '*.example.com']\nreferer_status = 403\n"));
  Access expected;
  expected.rules = {{true, *parse_network("10.0.0.0/8")}, {false, *parse_network("all")}};
  expected.set_real_ip_from = {*parse_network("127.0.0.1"), *parse_network("unix:")};
  expected.trusted_hosts = {{"lb.test", {5, 34}}};
  expected.real_ip_header = "X-Forwarded-For";
  expected.real_ip_recursive = expected.satisfy_any = true;
  expected.auth_basic = "the $host";
  expected.auth_basic_user_file = "users";
  expected.auth_request = "/auth";
  expected.auth_delay = std::chrono::seconds(2);
  expected.auth_request_set = {{"user", "$upstream_http_x_user"}};
  expected.limit_req = {{"one", 5000, 0}};
  expected.limit_req_status = 429;
  expected.limit_req_log_level = LogLevel::warn;
  expected.limit_req_dry_run = true;
  expected.limit_conn = {{"all", 10}};
  expected.limit_conn_status = 444;
  expected.limit_conn_log_level = LogLevel::info;
  expected.limit_conn_dry_run = true;
  expected.valid_referers = Referers{.none = true,
                                     .blocked = false,
                                     .server_names = false,
                                     .names = {"*.example.com"},
                                     .patterns = {}};
  expected.referer_status = 403;
  EXPECT_EQ(of_route(config), expected);
  ASSERT_EQ(config.limit_req_zones.size(), 1U);
  EXPECT_EQ(config.limit_req_zones[0].milli_rate, 2000U);
  EXPECT_EQ(config.limit_conn_zones.at(0).name, "all");
}

TEST(Access, TakesRulesInTheOrderOfTheFile) {
  const Config config = read(text({}, {},
                                  "deny = ['10.0.0.1', '10.0.0.2']\n"
                                  "access = ['allow 10.0.0.0/8', 'deny 192.0.2.0/24']\n"
                                  "allow = 'all'\n"));
  std::string order;
  for (const AccessRule& rule : of_route(config).rules)
    order += rule.allow ? 'a' : 'd';
  EXPECT_EQ(order, "ddada");
}

TEST(Access, ReplacesAListAndNeverMergesIt) {
  const Config config = read(text("deny = 'all'\nauth_basic_user_file = 'u'\nauth_basic = 'r'\n",
                                  {}, "allow = '10.0.0.0/8'\nauth_basic = 'off'\n"));
  EXPECT_EQ(of_route(config).rules.size(), 1U);
  EXPECT_TRUE(of_route(config).rules[0].allow);
  EXPECT_EQ(of_route(config).auth_basic, "");
  EXPECT_EQ(of_route(config).auth_basic_user_file, "u");
}

TEST(Access, TellsWhatIsWrongAndWhere) {
  EXPECT_EQ(findings(text("limit_req = ['zone=two']\n")).at(0),
            "1:14: error: limit_req names the zone \"two\", but no limit_req_zone at the top level "
            "makes it");
  EXPECT_EQ(findings(text("limit_req_zone = '$host zone=one:1m'\nlimit_conn = 'one 1'\n")).size(),
            1U);
  for (const char* line : {"allow = 'example.com'\n",
                           "access = 'allow'\n",
                           "set_real_ip_from = 'all'\n",
                           "real_ip_header = 'X Y'\n",
                           "satisfy = 'some'\n",
                           "auth_basic = '$nope'\n",
                           "auth_basic = \"a\\nb\"\n",
                           "auth_request = 'auth'\n",
                           "auth_request = '/a$b'\n",
                           "auth_request_set = '$host x'\n",
                           "auth_request_set = '$a'\n",
                           "limit_req_status = 200\n",
                           "limit_req_log_level = 'debug'\n",
                           "limit_conn = 'x'\n",
                           "referer_status = 200\n",
                           "valid_referers = 'http://x/'\n",
                           "limit_req_zone = '$host zone=a'\n",
                           "limit_req_zone = ['$host zone=a:1m', '$uri zone=a:1m']\n",
                           "auth_basic = 'realm'\n",
                           "auth_delay = 'long'\n"}) {
    EXPECT_FALSE(findings(text(line)).empty()) << line;
  }
  EXPECT_FALSE(findings(text("limit_req_zone = 'k zone=a:1m'\n"
                             "limit_req = ['zone=a', 'zone=a burst=2']\n"))
                   .empty());
}

TEST(LimitExcept, BeginsWithTheRoutesRules) {
  const Config config = read(text("deny = 'all'\nauth_basic_user_file = 'u'\n", {},
                                  "auth_basic = 'r'\nlimit_except = { methods = 'get', allow = "
                                  "'10.0.0.0/8', auth_basic = 'off' }\n"));
  const auto& except = config.servers.at(0).routes.at(0).limit_except;
  ASSERT_TRUE(except);
  Access expected = of_route(config);
  EXPECT_EQ(expected.auth_basic, "r");
  expected.rules = {{true, *parse_network("10.0.0.0/8")}};
  expected.auth_basic.clear();
  EXPECT_EQ(*except, (LimitExcept{{"GET"}, expected}));
  EXPECT_FALSE(read(text({})).servers[0].routes[0].limit_except);
}

TEST(LimitExcept, TellsWhatIsWrongAndWhere) {
  const auto found = [](const std::string& lines) {
    return findings(text({}, {}, "[server.route.limit_except]\n" + lines));
  };
  EXPECT_EQ(found("methods = ['GET', 'PSOT']\ndeny = 'all'\n"),
            Findings{"6:19: error: methods has \"PSOT\"; did you mean \"POST\"?; legal: \"GET\", "
                     "\"HEAD\", \"POST\", \"PUT\", \"DELETE\", \"MKCOL\", \"COPY\", \"MOVE\", "
                     "\"OPTIONS\", \"PROPFIND\", \"PROPPATCH\", \"LOCK\", \"UNLOCK\", \"PATCH\""});
  EXPECT_EQ(found("deny = 'all'\n").size(), 1U);
  EXPECT_EQ(found("methods = []\n").size(), 1U);
  EXPECT_EQ(found("methods = 'GET'\nsatisfy = 'any'\n").size(), 1U);
  EXPECT_EQ(found("methods = 'GET'\nauth_basic = 'r'\n").size(), 1U);
  EXPECT_EQ(findings("limit_except = { methods = 'GET' }\n" + text({})).size(), 1U);
}

TEST(Access, KnowsAVariableThatIsSetFurtherDown) {
  const std::string uses = "[server.route.proxy_set_header]\nX-User = '$auth_user'\n";
  EXPECT_EQ(findings(text({}, {},
                          "auth_request = '/a'\nauth_request_set = ['$auth_user $host']\n" + uses)),
            Findings{});
  EXPECT_EQ(findings(text({}, {}, uses)).size(), 1U);
}

TEST(Access, MakesALocationInternal) {
  EXPECT_TRUE(read(text({}, {}, "internal = 'on'\n")).servers[0].routes[0].internal);
  EXPECT_FALSE(read(text({})).servers[0].routes[0].internal);
}

}  // namespace
}  // namespace signgate::config
