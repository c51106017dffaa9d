// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/access_values.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

#include "gateway/config/known_variables.hpp"

namespace signgate::config {
namespace {

TEST(ParseAccessRule, ReadsAllowAndDeny) {
  const auto rule = parse_access_rule("allow 10.0.0.0/8");
  ASSERT_TRUE(rule);
  EXPECT_TRUE(rule->allow);
  EXPECT_EQ(rule->network, *parse_network("10.0.0.0/8"));
  EXPECT_FALSE(parse_access_rule("deny all")->allow);
  for (const char* text :
       {"", "allow", "permit all", "allow all all", "allow 10.0.0.0/64", "deny host.example"}) {
    EXPECT_FALSE(parse_access_rule(text)) << text;
  }
  EXPECT_EQ(parse_access_rule("deny  x").error().offset, 6U);
}

TEST(ParseLimitReqZone, CountsTheRateInThousandthsASecond) {
  const auto zone = parse_limit_req_zone("$binary_remote_addr zone=one:10m rate=30r/m");
  ASSERT_TRUE(zone);
  EXPECT_EQ(zone->key, "$binary_remote_addr");
  EXPECT_EQ(zone->name, "one");
  EXPECT_EQ(zone->size, 10U << 20);
  EXPECT_EQ(zone->milli_rate, 500U);
  EXPECT_EQ(parse_limit_req_zone("k zone=z:32k rate=1r/m")->milli_rate, 16U);  // as nginx
  EXPECT_EQ(parse_limit_req_zone("k zone=z:32k rate=7r/s")->milli_rate, 7000U);
  EXPECT_EQ(parse_limit_req_zone("k zone=z:32k")->milli_rate, 1000U);
}

TEST(ParseLimitReqZone, RefusesWhatIsNoZone) {
  for (const char* text :
       {"", "$host", "$host zone=one", "$host zone=:10m", "$host zone=a:1k", "$host zone=a:2g",
        "$host zone=a:1m rate=0r/s", "$host zone=a:1m rate=1", "$host zone=a:1m rate=1r/h",
        "$no_such zone=a:1m", "$host zone=a:1m x"}) {
    EXPECT_FALSE(parse_limit_req_zone(text)) << text;
  }
}

TEST(ParseLimitConnZone, HasNoRate) {
  const auto zone = parse_limit_conn_zone("$server_name zone=perserver:1m");
  ASSERT_TRUE(zone);
  EXPECT_EQ(zone->milli_rate, 0U);
  EXPECT_FALSE(parse_limit_conn_zone("$server_name zone=a:1m rate=1r/s"));
}

TEST(ParseLimitReq, ReadsBurstAndDelay) {
  EXPECT_EQ(*parse_limit_req("zone=one"), (LimitReq{"one", 0, 0}));
  EXPECT_EQ(*parse_limit_req("zone=one burst=5"), (LimitReq{"one", 5000, 0}));
  EXPECT_EQ(*parse_limit_req("burst=5 zone=one delay=3"), (LimitReq{"one", 5000, 3000}));
  EXPECT_EQ(*parse_limit_req("zone=one burst=5 nodelay"),
            (LimitReq{"one", 5000, LimitReq::no_delay}));
  for (const char* text : {"", "burst=5", "zone=", "zone=one burst=0", "zone=one burst=x",
                           "zone=one burst", "zone=one no-delay", "one"}) {
    EXPECT_FALSE(parse_limit_req(text)) << text;
  }
}

TEST(ParseLimitConn, ReadsZoneAndNumber) {
  EXPECT_EQ(*parse_limit_conn("addr 10"), (LimitConn{"addr", 10}));
  for (const char* text : {"", "addr", "addr 0", "addr 65536", "addr 1 2", "addr x"})
    EXPECT_FALSE(parse_limit_conn(text)) << text;
}

TEST(AddReferer, SortsWordsIntoTheirKinds) {
  Referers referers;
  for (const char* word : {"none", "blocked", "server_names", "*.example.com", "example.*",
                           ".example.org", "www.example.org/galleries/", R"(~\.google\.)"}) {
    EXPECT_TRUE(add_referer(word, referers)) << word;
  }
  EXPECT_TRUE(referers.none && referers.blocked && referers.server_names);
  EXPECT_EQ(referers.names.size(), 4U);
  EXPECT_EQ(referers.patterns, std::vector<std::string>{R"(\.google\.)"});
}

TEST(AddReferer, RefusesAddressesAndStrayStars) {
  Referers referers;
  for (const char* word : {"", "*", "a*b", "http://example.com", "*.example.*", "~(", "/path"})
    EXPECT_FALSE(add_referer(word, referers)) << word;
  EXPECT_EQ(add_referer("~a(", referers).error().offset, 3U);
}

TEST(ParseUserVariable, TakesNamesThatAreFree) {
  EXPECT_EQ(*parse_user_variable("$auth_user"), "auth_user");
  for (const char* text : {"", "$", "name", "$a-b", "$host", "$http_x", "$upstream_http_x"})
    EXPECT_FALSE(parse_user_variable(text)) << text;
}

TEST(ParseTrustedPeer, TakesNetworksAndNames) {
  for (const char* text : {"10.0.0.0/8", "2001:db8::1", "unix:", "127.0.0.1"}) {
    const auto peer = parse_trusted_peer(text);
    ASSERT_TRUE(peer) << text;
    EXPECT_EQ(*peer, TrustedPeer{*parse_network(text)}) << text;
  }
  for (const char* text : {"proxy", "lb-1.example.com", "a_b.test.", "1.2.3.4.example"}) {
    const auto peer = parse_trusted_peer(text);
    ASSERT_TRUE(peer) << text;
    EXPECT_EQ(*peer, TrustedPeer{std::string(text)}) << text;
  }
  EXPECT_TRUE(parse_trusted_peer(std::string(limits::host_name, 'x')));
}

TEST(ParseTrustedPeer, RefusesWhatIsNeither) {
  EXPECT_EQ(parse_trusted_peer("all").error().message,
            "cannot be \"all\": name the networks of your own proxies");
  for (const char* text : {"", "10.0.0.300", "10.0.0.0/33", "10.0.0", "1", "host:80", "a b", ".a",
                           "a..b", "::g", "*.example.com", "unix:/socket"}) {
    EXPECT_FALSE(parse_trusted_peer(text)) << text;
  }
  EXPECT_FALSE(parse_trusted_peer(std::string(limits::host_name + 1, 'x')));
}

}  // namespace
}  // namespace signgate::config
