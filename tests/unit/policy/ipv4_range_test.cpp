// SPDX-License-Identifier: Apache-2.0
#include "policy/ipv4_range.hpp"

#include <gmock/gmock.h>

namespace signgate::policy {
namespace {

using testing::HasSubstr;

TEST(Ipv4Address, ReadsDottedDecimal) {
  EXPECT_EQ(parse_ipv4_address("192.0.2.1"), 0xC0000201U);
  EXPECT_EQ(parse_ipv4_address("0.0.0.0"), 0U);
  EXPECT_EQ(parse_ipv4_address("255.255.255.255"), 0xFFFFFFFFU);
}

TEST(Ipv4Address, RefusesEverythingElse) {
  for (const char* text : {"", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "999.1.1.1", "01.2.3.4",
                           "1.2.3.04", "1.2.3.4 ", " 1.2.3.4", "1..2.3", "1.2.3.", "a.b.c.d",
                           "1.2.3.4/32", "::1", "0x1.2.3.4", "1.2.3.-4", "4294967296.1.1.1"}) {
    EXPECT_EQ(parse_ipv4_address(text), std::nullopt) << text;
  }
}

TEST(Ipv4Range, BareAddressIsItsSlash32) {
  EXPECT_EQ(*parse_ipv4_range("203.0.113.7"), (Ipv4Range{0xCB007107, 32}));
}

TEST(Ipv4Range, WritesWhatItRead) {
  for (const std::string text : {"192.0.2.0/24", "0.0.0.0/0", "10.1.2.3/8", "255.255.255.255/32"}) {
    std::string out = "x";
    append_ipv4_range(out, *parse_ipv4_range(text));
    EXPECT_EQ(out, "x" + text);
  }
}

TEST(Ipv4Range, MatchesByPrefix) {
  const auto holds = [](const char* range, const char* address) {
    return parse_ipv4_range(range)->contains(*parse_ipv4_address(address));
  };
  EXPECT_TRUE(holds("192.0.2.0/24", "192.0.2.255"));
  EXPECT_FALSE(holds("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(holds("192.0.2.77/24", "192.0.2.1"));
  EXPECT_TRUE(holds("0.0.0.0/0", "255.1.2.3"));
  EXPECT_TRUE(holds("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(holds("192.0.2.1", "192.0.2.0"));
  EXPECT_TRUE(holds("128.0.0.0/1", "200.0.0.1"));
  EXPECT_FALSE(holds("128.0.0.0/1", "127.0.0.1"));
  EXPECT_TRUE(holds("198.51.100.0/31", "198.51.100.1"));
  EXPECT_FALSE(holds("198.51.100.0/31", "198.51.100.2"));
}

TEST(Ipv4Range, EachBitCounts) {
  for (unsigned prefix = 1; prefix <= 32; ++prefix) {
    const Ipv4Range range{0xC6336455, static_cast<std::uint8_t>(prefix)};
    for (unsigned bit = 1; bit <= 32; ++bit) {
      EXPECT_EQ(range.contains(range.address ^ (1U << (32 - bit))), bit > prefix)
          << prefix << " " << bit;
    }
  }
}

TEST(Ipv4Range, SaysWhyIpv6IsRefused) {
  for (const char* text : {"2001:db8::1", "2001:db8::/32", "::ffff:192.0.2.1"}) {
    const auto range = parse_ipv4_range(text);
    ASSERT_FALSE(range) << text;
    EXPECT_THAT(range.error().message, HasSubstr("IPv6"));
  }
}

TEST(Ipv4Range, RefusesBadPrefixes) {
  for (const char* text : {"192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/024",
                           "192.0.2.0/8x", "192.0.2.0/255.255.255.0", "192.0.2.0/8/8"}) {
    const auto range = parse_ipv4_range(text);
    ASSERT_FALSE(range) << text;
    EXPECT_THAT(range.error().message, HasSubstr("/0 to /32"));
  }
}

TEST(Ipv4Range, QuotesWhatItRefuses) {
  EXPECT_THAT(parse_ipv4_range("garbage/32").error().message, HasSubstr("\"garbage/32\""));
  EXPECT_LT(parse_ipv4_range(std::string(5000, 'x')).error().message.size(), 300U);
}

}  // namespace
}  // namespace signgate::policy
