// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/real_address.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace signgate::route {
namespace {

struct Case {
  std::string_view header = "X-Forwarded-For";
  bool recursive = false;
  std::string_view peer = "127.0.0.1";
  std::vector<std::pair<std::string_view, std::string_view>> fields;
};

std::string found(const Case& given, std::optional<Forwarded> proxy_protocol = std::nullopt) {
  const std::vector<Network> trusted = {*parse_network("127.0.0.1"), *parse_network("10.0.0.0/8"),
                                        *parse_network("unix:")};
  http::Fields fields;
  for (const auto& [name, value] : given.fields)
    fields.add(name, value);
  const RealAddressRule rule{trusted, given.header, given.recursive};
  const auto real = real_address(rule, *parse_ip(given.peer), fields, proxy_protocol);
  if (!real) return "-";
  return ip_text(real->address) + "|" + std::to_string(real->port);
}

TEST(RealAddress, IsTheConnectionsWhenThatIsNotTrusted) {
  EXPECT_EQ(found({.peer = "192.0.2.1", .fields = {{"X-Forwarded-For", "203.0.113.5"}}}), "-");
}

TEST(RealAddress, IsTheLastOneOfTheList) {
  EXPECT_EQ(found({.fields = {{"X-Forwarded-For", "203.0.113.5"}}}), "203.0.113.5|0");
  EXPECT_EQ(found({.fields = {{"X-Forwarded-For", "203.0.113.5, 192.0.2.7:99"}}}), "192.0.2.7|99");
  EXPECT_EQ(found({.fields = {{"X-Forwarded-For", "203.0.113.5,10.0.0.1 , "}}}), "10.0.0.1|0");
  EXPECT_EQ(found({.peer = "unix:", .fields = {{"X-Forwarded-For", "[2001:db8::9]:1"}}}),
            "2001:db8::9|1");
}

TEST(RealAddress, IsTheLastUntrustedOneWhenRecursive) {
  const auto recursive = [](std::string_view list) {
    return found({.recursive = true, .fields = {{"X-Forwarded-For", list}}});
  };
  EXPECT_EQ(recursive("203.0.113.5, 10.0.0.1"), "203.0.113.5|0");
  EXPECT_EQ(recursive("198.51.100.1, 203.0.113.5, 10.0.0.1, 127.0.0.1"), "203.0.113.5|0");
  EXPECT_EQ(recursive("10.0.0.2, 10.0.0.1"), "10.0.0.2|0");  // all trusted: the first
  EXPECT_EQ(recursive("junk, 10.0.0.1"), "10.0.0.1|0");      // as far as it can be read
}

TEST(RealAddress, ReadsLinesFromTheLastToTheFirst) {
  EXPECT_EQ(
      found({.recursive = true,
             .fields = {{"X-Forwarded-For", "203.0.113.5"}, {"X-Forwarded-For", "10.0.0.1"}}}),
      "203.0.113.5|0");
  EXPECT_EQ(
      found({.fields = {{"X-Forwarded-For", "203.0.113.5"}, {"X-Forwarded-For", "10.0.0.1"}}}),
      "10.0.0.1|0");
}

TEST(RealAddress, IsNothingWithoutAnAddress) {
  EXPECT_EQ(found({.fields = {}}), "-");
  EXPECT_EQ(found({.fields = {{"X-Forwarded-For", ""}}}), "-");
  EXPECT_EQ(found({.fields = {{"X-Forwarded-For", "unknown"}}}), "-");
  EXPECT_EQ(found({.fields = {{"X-Forwarded-For", "203.0.113.5, unknown"}}}), "-");
}

TEST(RealAddress, TakesAnyHeader) {
  EXPECT_EQ(found({.header = "X-Real-IP", .fields = {{"x-real-ip", "203.0.113.5"}}}),
            "203.0.113.5|0");
  EXPECT_EQ(found({.header = "CF-Connecting-IP",
                   .fields = {{"X-Real-IP", "192.0.2.1"}, {"CF-Connecting-IP", "203.0.113.5"}}}),
            "203.0.113.5|0");
}

TEST(RealAddress, TakesWhatTheProxyProtocolSaid) {
  const Forwarded said{*parse_ip("203.0.113.5"), 4711};
  EXPECT_EQ(found({.header = "proxy_protocol", .fields = {}}, said), "203.0.113.5|4711");
  EXPECT_EQ(found({.header = "proxy_protocol", .peer = "192.0.2.1", .fields = {}}, said), "-");
  EXPECT_EQ(found({.header = "proxy_protocol", .fields = {}}), "-");
}

}  // namespace
}  // namespace signgate::route
