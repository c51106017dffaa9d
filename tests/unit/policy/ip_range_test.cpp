// SPDX-License-Identifier: Apache-2.0
#include "policy/ip_range.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signgate::policy {
namespace {

bool inside(std::string_view range, std::string_view address) {
  const auto outer = parse_ip_range(range);
  const auto inner = parse_ip_range(address);
  EXPECT_TRUE(outer && inner) << range << " " << address;
  return outer && inner && outer->contains(*inner);
}

TEST(IpRange, ContainsBothFamiliesButNeverAcross) {
  EXPECT_TRUE(inside("203.0.113.0/24", "203.0.113.255"));
  EXPECT_TRUE(inside("203.0.113.77/24", "203.0.113.0"));
  EXPECT_FALSE(inside("203.0.113.0/24", "203.0.114.0"));
  EXPECT_TRUE(inside("203.0.113.128/25", "203.0.113.200"));
  EXPECT_FALSE(inside("203.0.113.128/25", "203.0.113.127"));
  EXPECT_TRUE(inside("0.0.0.0/0", "255.255.255.255"));
  EXPECT_TRUE(inside("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(inside("192.0.2.1", "192.0.2.0/24"));
  EXPECT_TRUE(inside("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:9::1"));
  EXPECT_FALSE(inside("2001:DB8:1234:5678::/64", "2001:db8:1234:5679::1"));
  EXPECT_TRUE(inside("::/0", "2001:db8::1"));
  EXPECT_FALSE(inside("::/0", "192.0.2.1"));
  EXPECT_FALSE(inside("0.0.0.0/0", "::1"));
}

TEST(IpRange, RefusesOtherTexts) {
  for (const std::string_view text :
       {"", "/", "192.0.2", "192.0.2.256", "192.0.2.1/33", "192.0.2.1/", "192.0.2.1/-1",
        "192.0.2.1/2 ", " 192.0.2.1", "::1/129", "2001:db8", "localhost", "192.0.2.1/0x8"}) {
    EXPECT_FALSE(parse_ip_range(text)) << text;
  }
  EXPECT_FALSE(parse_ip_range(std::string_view("192.0.2.1\0", 10)));
  EXPECT_FALSE(parse_ip_range(std::string(300, '1')));
}

}  // namespace
}  // namespace signgate::policy
