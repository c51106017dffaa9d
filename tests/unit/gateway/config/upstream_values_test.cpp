// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/upstream_values.hpp"

#include <gtest/gtest.h>

#include "readings.hpp"

namespace signgate::config {
namespace {

using namespace std::chrono_literals;
using Method = BalanceMethod;

TEST(Balance, ReadsEveryWayOfChoosing) {
  EXPECT_EQ(*parse_balance("round_robin"), (Balance{Method::round_robin, ""}));
  EXPECT_EQ(*parse_balance("least_conn"), (Balance{Method::least_conn, ""}));
  EXPECT_EQ(*parse_balance("ip_hash"), (Balance{Method::ip_hash, ""}));
  EXPECT_EQ(*parse_balance("hash $request_uri"), (Balance{Method::hash, "$request_uri"}));
  EXPECT_EQ(*parse_balance("hash  $host$uri consistent"),
            (Balance{Method::hash_consistent, "$host$uri"}));
  EXPECT_EQ(*parse_balance("random"), (Balance{Method::random, ""}));
  EXPECT_EQ(*parse_balance("random two"), (Balance{Method::random_two, ""}));
  EXPECT_EQ(*parse_balance("random two least_conn"), (Balance{Method::random_two, ""}));
}

TEST(Balance, RefusesTheRestWithWhatIsLegal) {
  for (const char* text :
       {"", "sticky", "hash", "hash $uri ketama", "hash a consistent b", "random three",
        "random two least_time", "least_conn two", "LEAST_CONN"}) {
    const auto read = parse_balance(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find("legal: \"round_robin\""), std::string::npos);
  }
  const auto unknown = parse_balance("hash $nothing");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().offset, 5U);
}

TEST(HealthCheck, ReadsEveryParameter) {
  EXPECT_EQ(*parse_health_check("on"), HealthCheck());
  const auto read = parse_health_check(
      "interval=2s jitter=500ms fails=3 passes=2 uri=/health?deep=1 port=8080 timeout=1s "
      "status=200,204-206 tls=off mandatory host=www.example.com:8080");
  ASSERT_TRUE(read) << read.error().message;
  const HealthCheck expected{.interval = 2s,
                             .jitter = 500ms,
                             .timeout = 1s,
                             .fails = 3,
                             .passes = 2,
                             .uri = "/health?deep=1",
                             .host = "www.example.com:8080",
                             .port = 8080,
                             .mandatory = true,
                             .tls = false,
                             .status = {{200, 200}, {204, 206}}};
  EXPECT_EQ(*read, expected);
}

TEST(HealthCheck, RefusesWhatIsIllegalAtItsPlace) {
  const auto offset = [](const char* text) {
    const auto read = parse_health_check(text);
    return read ? std::string("legal") : std::to_string(read.error().offset);
  };
  EXPECT_EQ(offset(""), "0");
  EXPECT_EQ(offset("on uri=/"), "0");
  EXPECT_EQ(offset("uri=health"), "0");
  EXPECT_EQ(offset("fails=1 interval=0"), "8");
  EXPECT_EQ(offset("fails=0"), "0");
  EXPECT_EQ(offset("uri=/a#b"), "0");
  EXPECT_EQ(offset("status=99"), "0");
  EXPECT_EQ(offset("status=300-200"), "0");
  EXPECT_EQ(offset("status=200,"), "0");
  EXPECT_EQ(offset("uri=/ uri=/b"), "6");
  EXPECT_EQ(offset("match=ok"), "0");
  EXPECT_EQ(offset("uri=/ tls"), "6");
  EXPECT_EQ(offset("uri=/ host="), "6");
  EXPECT_EQ(offset("host=http://a"), "0");
  EXPECT_EQ(offset("host=$host"), "0");
  EXPECT_EQ(offset("host=a\r\nX:1"), "0");
  EXPECT_EQ(offset("uri=/ tls=yes"), "6");
}

TEST(Resolver, ReadsItsServersAndParameters) {
  const auto read = parse_resolver("127.0.0.1:5353 192.0.2.1 [2001:db8::1]:53 valid=30s ipv6=off");
  ASSERT_TRUE(read) << read.error().message;
  const Resolver expected{.servers = {"127.0.0.1:5353", "192.0.2.1", "[2001:db8::1]:53"},
                          .valid = 30s,
                          .ipv4 = true,
                          .ipv6 = false};
  EXPECT_EQ(*read, expected);
}

TEST(Resolver, RefusesNamesAndWhatItDoesNotKnow) {
  for (const char* text : {"", "valid=30s", "dns.example.com", "127.0.0.1 ttl=5",
                           "127.0.0.1 valid=0", "127.0.0.1 ipv4=no", "127.0.0.1 ipv4=off ipv6=off",
                           "unix:/run/dns", "localhost", "*:53", "127.0.0.1:x"}) {
    EXPECT_FALSE(parse_resolver(text)) << text;
  }
}

TEST(NextUpstream, ReadsItsCases) {
  EXPECT_EQ(*parse_next_upstream("error timeout"), NextUpstream());
  const NextUpstream some{.error = false,
                          .timeout = false,
                          .invalid_header = true,
                          .non_idempotent = true,
                          .statuses = {503, 429}};
  EXPECT_EQ(*parse_next_upstream("invalid_header http_503 non_idempotent http_429"), some);
  const NextUpstream off{.error = false,
                         .timeout = false,
                         .invalid_header = false,
                         .non_idempotent = false,
                         .statuses = {}};
  EXPECT_EQ(*parse_next_upstream("off"), off);
}

TEST(NextUpstream, RefusesUnknownCases) {
  const auto read = parse_next_upstream("error http_501");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().offset, 6U);
  EXPECT_FALSE(parse_next_upstream(""));
  EXPECT_FALSE(parse_next_upstream("off error"));
}

TEST(Zone, IsANameAndASize) {
  EXPECT_EQ(*parse_zone("app"), "app");
  EXPECT_EQ(*parse_zone("app  64k"), "app");
  for (const auto& [text, offset] :
       {std::pair{"", 0U}, {"a 64k x", 0U}, {"a 1k", 2U}, {"a x", 2U}}) {
    const auto read = parse_zone(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().offset, offset) << text;
  }
}

TEST(Upstream, ReadsEveryKey) {
  const Config config = read(
      "[upstream.website]\n"
      "server = ['127.0.0.1:3000  weight=2 max_fails=3 fail_timeout=5s max_conns=4 down', "
      "'unix:/run/a backup', 'app:80 slow_start=30s resolve']\n"
      "keepalive = 0\nkeepalive_requests = 6\nkeepalive_time = '8m'\nkeepalive_timeout = '7s'\n"
      "balance = 'least_conn'\nproxy_protocol = 'v2'\nhealth_check = 'uri=/health'\n"
      "zone = 'app 64k'\nresolver = '127.0.0.1:5353 valid=9s'\nresolver_timeout = '3s'\n"
      "[[server]]\n[[server.route]]\nlocation = '/'\nproxy_pass = 'http://website'\n");
  Upstream expected;
  expected.name = "website";
  expected.place = {1, 11};
  expected.peers = {{"127.0.0.1:3000", 2, 3, 5s, 4, false, true, {2, 11}, 0s, false},
                    {"unix:/run/a", 1, 1, 10s, 0, true, false, {2, 84}, 0s, false},
                    {"app:80", 1, 1, 10s, 0, false, false, {2, 106}, 30s, true}};
  expected.balance.method = BalanceMethod::least_conn;
  expected.proxy_protocol = ProxyProtocol::v2;
  expected.zone = "app";
  expected.health_check.emplace().uri = "/health";
  expected.resolver = {.servers = {"127.0.0.1:5353"}, .valid = 9s, .ipv4 = true, .ipv6 = true};
  expected.resolver_timeout = 3s;
  expected.keepalive_time = 8min;
  expected.keepalive = 0;
  expected.keepalive_requests = 6;
  expected.keepalive_timeout = 7s;
  EXPECT_EQ(config.upstreams.at(0), expected);
}

TEST(Upstream, RefusesIllegalValues) {
  EXPECT_EQ(
      in_upstream(""),
      Findings{"1:1: error: [upstream.website] needs server: the addresses of its servers, such as "
               "[\"127.0.0.1:3000\"]"});
  EXPECT_EQ(in_upstream("server = ['a backup']\n"),
            Findings{"2:10: error: server must name at least one server that is not a backup"});
  EXPECT_EQ(in_upstream("server = []\n"),
            Findings{"2:10: error: server must name at least one server that is not a backup"});
  EXPECT_EQ(
      in_upstream("server = ['', 'http://a', 'a weight=0', 'a backup=1', 'a weight', 'a "
                  "fail_timeout=x', 'a:99999']\n"),
      (Findings{
          "2:12: error: server must begin with an address, such as \"127.0.0.1:3000\"",
          "2:16: error: server \"http://a\" is not a server's address: write \"host\", "
          "\"host:port\", "
          "\"[v6]:port\" or \"unix:PATH\"",
          "2:30: error: server weight must be an integer from 1 to 65535, not \"0\"",
          "2:44: error: server backup takes no value",
          "2:58: error: server weight needs a value",
          "2:70: error: server fail_timeout \"x\" is not a time: write numbers with the units y, "
          "M, w, d, h, m, "
          "s, ms, the larger first, such as \"30s\" or \"1h 30m\"",
          "2:90: error: server has a port that must be an integer from 1 to 65535, not \"99999\"",
      }));
  EXPECT_EQ(
      in_upstream("server = ['a', 'b backup', 'c slow_start=1s']\nbalance = 'ip_hash'\n"),
      (Findings{"2:16: error: backup is legal with the balance round_robin and least_conn "
                "alone, not with the one at line 3",
                "2:28: error: slow_start is legal with the balance round_robin and least_conn "
                "alone, not with the one at line 3"}));
  EXPECT_EQ(in_upstream("server = 'a resolve'\n"),
            Findings{"2:10: error: server has resolve, but neither its upstream nor the top level "
                     "has a resolver"});
  EXPECT_EQ(findings("[upstream.'a/b']\nserver = 'a'\n" + std::string{tail}),
            Findings{"1:11: error: \"a/b\" cannot name an upstream: write letters, digits, \"-\", "
                     "\"_\" and \".\""});
}

}  // namespace
}  // namespace signgate::config
