// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/access_rules.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

TEST(MakeAccessRules, GivesNothingForTheDefaults) {
  EXPECT_EQ(make_access_rules(config::Access{}, config::Config{}, {}), nullptr);
}

TEST(MakeAccessRules, FindsTheZonesOfItsLimits) {
  config::Config config;
  config.limit_req_zones = {{"$host", "one", 65536, 1000}, {"$host", "two", 65536, 1000}};
  config.limit_conn_zones = {{"$host", "three", 65536, 0}};
  config::Access settings;
  settings.limit_req = {{"two", 5000, 1000}, {"one", 0, 0}};
  settings.limit_conn = {{"three", 7}};
  const auto rules = make_access_rules(settings, config, {});
  ASSERT_TRUE(rules);
  ASSERT_EQ(rules->requests.size(), 2U);
  EXPECT_EQ(rules->requests[0].zone, 1U);
  EXPECT_EQ(rules->requests[0].milli_burst, 5000U);
  EXPECT_EQ(rules->requests[1].zone, 0U);
  EXPECT_EQ(rules->connections[0].number, 7U);
}

TEST(LimitExcept, LimitsWhatIsNotNamed) {
  const LimitExcept except{{"GET", "POST"}, nullptr};
  for (const std::string_view method : {"GET", "HEAD", "POST"})
    EXPECT_FALSE(except.limits(method)) << method;
  for (const std::string_view method : {"PUT", "get", "FOO", ""})
    EXPECT_TRUE(except.limits(method)) << method;
  EXPECT_TRUE((LimitExcept{{"HEAD"}, nullptr}).limits("GET"));
}

TEST(IsAllowed, FollowsTheFirstRuleThatFits) {
  const std::vector<config::AccessRule> rules = {{false, *parse_network("192.0.2.1")},
                                                 {true, *parse_network("192.0.2.0/24")},
                                                 {true, *parse_network("2001:db8::/32")},
                                                 {false, *parse_network("all")}};
  const auto verdict = [&](std::string_view address) {
    return is_allowed(rules, *parse_ip(address));
  };
  EXPECT_EQ(verdict("192.0.2.1"), false);
  EXPECT_EQ(verdict("192.0.2.2"), true);
  EXPECT_EQ(verdict("2001:db8::7"), true);
  EXPECT_EQ(verdict("203.0.113.1"), false);
  EXPECT_EQ(verdict("unix:"), false);
  EXPECT_EQ(is_allowed(std::span(rules).first(1), *parse_ip("192.0.2.2")), std::nullopt);
}

}  // namespace
}  // namespace signgate::route
