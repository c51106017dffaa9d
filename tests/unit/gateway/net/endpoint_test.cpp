// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/endpoint.hpp"

#include <gtest/gtest.h>

namespace signgate::net {
namespace {

TEST(Endpoint, WritesAddressesAsNginxDoes) {
  const auto v4 = resolve("127.0.0.1", 8080);
  ASSERT_TRUE(v4);
  EXPECT_EQ(endpoint_text(v4->front()), "127.0.0.1:8080");
  EXPECT_EQ(endpoint_host(v4->front()), "127.0.0.1");
  EXPECT_EQ(endpoint_port(v4->front()), 8080);
  const auto v6 = resolve("::1", 80);
  ASSERT_TRUE(v6);
  EXPECT_EQ(endpoint_text(v6->front()), "[::1]:80");
  const auto any = resolve("*", 80);
  ASSERT_TRUE(any);
  EXPECT_EQ(endpoint_text(any->front()), "0.0.0.0:80");
}

TEST(Endpoint, TakesUnixSocketsUpToTheSystemsLength) {
  const auto path = unix_endpoint("/run/x.sock");
  ASSERT_TRUE(path);
  EXPECT_EQ(endpoint_text(*path), "unix:/run/x.sock");
  EXPECT_EQ(endpoint_host(*path), "unix:");
  EXPECT_TRUE(unix_endpoint(std::string(107, 'x')));
  EXPECT_FALSE(unix_endpoint(std::string(108, 'x')));
}

TEST(Endpoint, NamesTheHostThatIsNotFound) {
  const auto none = resolve("no-such-host.invalid", 80);
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().detail.find("no-such-host.invalid"), std::string::npos);
}

}  // namespace
}  // namespace signgate::net
