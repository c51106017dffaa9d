// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/nearest_name.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

constexpr std::array names = {"listen"sv, "server_name"sv, "proxy_pass"sv, "proxy_read_timeout"sv,
                              "proxy_send_timeout"sv};

TEST(NearestName, FindsSlips) {
  EXPECT_EQ(nearest_name("lisen", names), "listen");
  EXPECT_EQ(nearest_name("litsen", names), "listen");
  EXPECT_EQ(nearest_name("LISTEN", names), "listen");
  EXPECT_EQ(nearest_name("servername", names), "server_name");
  EXPECT_EQ(nearest_name("proxy_red_timeout", names), "proxy_read_timeout");
  EXPECT_EQ(nearest_name("proxy_snd_timeout", names), "proxy_send_timeout");
}

TEST(NearestName, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest_name("gzip", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name(std::string(65, 'l'), names), "");
  EXPECT_EQ(nearest_name("listen", {}), "");
}

TEST(Suggestion, ReadsAfterAMessage) {
  EXPECT_EQ(suggestion("lisen", names), "; did you mean \"listen\"?");
  EXPECT_EQ(suggestion("gzip", names), "");
}

TEST(Listed, QuotesEach) {
  EXPECT_EQ(listed(std::array{"a"sv, "b"sv}), "\"a\", \"b\"");
  EXPECT_EQ(listed({}), "");
}

}  // namespace
}  // namespace signgate::config
