// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/network.hpp"

#include <gtest/gtest.h>

namespace signgate {
namespace {

bool holds(std::string_view network, std::string_view address) {
  const auto set = parse_network(network);
  const auto peer = parse_ip(address);
  EXPECT_TRUE(set) << network;
  EXPECT_TRUE(peer) << address;
  return set && peer && set->contains(*peer);
}

TEST(ParseIp, ReadsBothFamiliesAndUnixSockets) {
  EXPECT_EQ(parse_ip("192.0.2.1")->octets(), std::string_view("\xc0\x00\x02\x01", 4));
  EXPECT_EQ(parse_ip("::1")->octets().size(), 16U);
  EXPECT_EQ(parse_ip("unix:")->size, 0);
  for (const char* text : {"", "192.0.2", "192.0.2.256", "192.0.2.1:80", "host", "fe80::1%lo",
                           "1.2.3.4 ", "::1::", "unix:/x"}) {
    EXPECT_FALSE(parse_ip(text)) << text;
  }
  EXPECT_FALSE(parse_ip(std::string_view("1.2.3.4\0", 8)));
}

TEST(ParsePeerIp, LeavesAZoneOut) {
  EXPECT_EQ(parse_peer_ip("fe80::1%eth0"), parse_ip("fe80::1"));
  EXPECT_EQ(parse_peer_ip("192.0.2.1"), parse_ip("192.0.2.1"));
  EXPECT_FALSE(parse_peer_ip("%"));
}

TEST(IpText, IsTheUsualForm) {
  EXPECT_EQ(ip_text(*parse_ip("192.0.2.1")), "192.0.2.1");
  EXPECT_EQ(ip_text(*parse_ip("2001:DB8:0:0::1")), "2001:db8::1");
  EXPECT_EQ(ip_text(*parse_ip("unix:")), "unix:");
}

TEST(ParseIpPort, ReadsTheFormsOfXForwardedFor) {
  const auto read = [](std::string_view text) {
    const auto found = parse_ip_port(text);
    return found ? ip_text(found->address) + "|" + std::to_string(found->port) : "-";
  };
  EXPECT_EQ(read("192.0.2.1"), "192.0.2.1|0");
  EXPECT_EQ(read("192.0.2.1:8080"), "192.0.2.1|8080");
  EXPECT_EQ(read("2001:db8::1"), "2001:db8::1|0");
  EXPECT_EQ(read("[2001:db8::1]"), "2001:db8::1|0");
  EXPECT_EQ(read("[2001:db8::1]:443"), "2001:db8::1|443");
  for (const char* text : {"", "unix:", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "[::1",
                           "[::1]443", "[192.0.2.1]:80", "192.0.2.1:8a", "unknown", "_hidden"}) {
    EXPECT_EQ(read(text), "-") << text;
  }
}

TEST(ParseNetwork, ReadsCidrAndTheTwoWords) {
  for (const char* text : {"all", "unix:", "192.0.2.1", "10.0.0.0/8", "0.0.0.0/0", "::/0",
                           "2001:db8::/32", "::1/128"}) {
    EXPECT_TRUE(parse_network(text)) << text;
  }
  for (const char* text : {"", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8 ",
                           "10.0.0.0/255.0.0.0", "unix:/tmp/x", "unix:/0", "localhost", "any"}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
}

TEST(ParseNetwork, ClearsTheBitsThatDoNotCount) {
  EXPECT_EQ(parse_network("192.0.2.77/24"), parse_network("192.0.2.0/24"));
  EXPECT_EQ(parse_network("192.0.2.255/31"), parse_network("192.0.2.254/31"));
  EXPECT_EQ(parse_network("2001:db8:ffff::1/33"), parse_network("2001:db8:8000::/33"));
  EXPECT_NE(parse_network("192.0.2.77/25"), parse_network("192.0.2.177/25"));
}

TEST(Network, HoldsAddressesToTheLastBit) {
  EXPECT_TRUE(holds("192.0.2.64/26", "192.0.2.127"));
  EXPECT_FALSE(holds("192.0.2.64/26", "192.0.2.128"));
  EXPECT_FALSE(holds("192.0.2.64/26", "192.0.2.63"));
  EXPECT_TRUE(holds("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(holds("192.0.2.1", "192.0.2.0"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.9"));
}

TEST(Network, KeepsFamiliesApart) {
  EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
  EXPECT_FALSE(holds("::/0", "127.0.0.1"));
  EXPECT_FALSE(holds("0.0.0.0/0", "unix:"));
  EXPECT_TRUE(holds("unix:", "unix:"));
  EXPECT_FALSE(holds("unix:", "127.0.0.1"));
  for (const char* address : {"127.0.0.1", "::1", "unix:"})
    EXPECT_TRUE(holds("all", address)) << address;
}

TEST(Network, TakesAMappedIpv4AddressForTheIpv4Address) {
  EXPECT_TRUE(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
  EXPECT_FALSE(holds("192.0.2.0/24", "::ffff:192.0.3.9"));
  EXPECT_TRUE(holds("::ffff:0:0/96", "::ffff:192.0.2.9"));
}

TEST(Contains, AsksEachNetwork) {
  const std::array networks = {*parse_network("10.0.0.0/8"), *parse_network("unix:")};
  EXPECT_TRUE(contains(networks, *parse_ip("10.1.2.3")));
  EXPECT_TRUE(contains(networks, *parse_ip("unix:")));
  EXPECT_FALSE(contains(networks, *parse_ip("11.1.2.3")));
  EXPECT_FALSE(contains({}, *parse_ip("11.1.2.3")));
}

}  // namespace
}  // namespace signgate
