// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/forwarding.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

class ForwardingTest : public testing::Test {
 protected:
  ForwardingTest() {
    fields_.add("Host", "media.test");
    fields_.add("referer", "https://www.example.com/");
    fields_.add("Cookie", "a=1; CloudFront-Policy=x;b=2");
    fields_.add("Authorization", "Basic x");
    fields_.add("User-Agent", "browser");
    fields_.add("Cookie", "c=3");
  }

  OriginRequest ask(const Behavior& behavior, std::string_view query = "a=1&b=2&a=3&c") {
    OriginRequest request;
    request.path = "/p";
    forward(behavior, query, fields_, request);
    return request;
  }

  static std::string line(const OriginRequest& request, std::string_view name) {
    return std::string(find_line(request.fields, name).value_or("(none)"));
  }

  http::Fields fields_;
};

TEST_F(ForwardingTest, ByDefaultTheQueryAloneReachesTheOrigin) {
  const OriginRequest request = ask({});
  EXPECT_EQ(request.query, "a=1&b=2&a=3&c");
  ASSERT_EQ(request.fields.size(), 1U);
  EXPECT_EQ(line(request, "User-Agent"), "Amazon CloudFront");
  EXPECT_FALSE(request.authorization);
  EXPECT_EQ(cache_key({}, request), "/p?a=1&b=2&a=3&c");
}

TEST_F(ForwardingTest, OfTheQueryWhatIsNamedIsKeptInItsOrder) {
  Behavior behavior;
  behavior.query_strings = {false, {"c", "a"}};
  EXPECT_EQ(ask(behavior).query, "a=1&a=3&c");
  EXPECT_EQ(ask(behavior, "A=1").query, "");
  behavior.query_strings = {};
  EXPECT_EQ(ask(behavior).query, "");
  EXPECT_EQ(cache_key(behavior, ask(behavior)), "/p");
}

TEST_F(ForwardingTest, CookiesGoOnAsNamedAndNeverCloudFronts) {
  Behavior behavior;
  behavior.cookies.all = true;
  EXPECT_EQ(line(ask(behavior), "Cookie"), "a=1; b=2; c=3");
  behavior.cookies = {false, {"b", "d"}};
  EXPECT_EQ(line(ask(behavior), "Cookie"), "b=2");
  EXPECT_NE(cache_key(behavior, ask(behavior)).find("b=2"), std::string::npos);
  behavior.cookies = {false, {"d"}};
  EXPECT_EQ(line(ask(behavior), "Cookie"), "(none)");
}

TEST_F(ForwardingTest, HeadersThatAreNamedGoOnAndSplitTheCache) {
  Behavior behavior;
  behavior.forward_headers = {"Referer", "authorization", "user-agent"};
  EXPECT_TRUE(forwards(behavior, "REFERER"));
  EXPECT_FALSE(forwards(behavior, "Origin"));
  const OriginRequest request = ask(behavior);
  EXPECT_EQ(line(request, "Referer"), "https://www.example.com/");
  EXPECT_EQ(line(request, "User-Agent"), "browser");
  EXPECT_EQ(line(request, "Authorization"), "(none)");
  EXPECT_EQ(request.authorization, "Basic x");
  OriginRequest other = request;
  other.authorization = "Basic y";
  EXPECT_NE(cache_key(behavior, request), cache_key(behavior, other));
  other = request;
  other.fields[0].second = "https://evil.example/";
  EXPECT_NE(cache_key(behavior, request), cache_key(behavior, other));
}

TEST_F(ForwardingTest, HeadersBesideTheKeyGoOnAndSplitNothing) {
  Behavior behavior;
  behavior.forward_headers = {"Host"};
  behavior.origin_headers = {"Referer", "user-agent"};
  EXPECT_TRUE(forwards(behavior, "referer"));
  OriginRequest request = ask(behavior);
  const std::string key = cache_key(behavior, request);
  EXPECT_EQ(key, "/p?a=1&b=2&a=3&c\nHost:media.test");
  forward_beside(behavior, fields_, request);
  EXPECT_EQ(line(request, "Referer"), "https://www.example.com/");
  EXPECT_EQ(line(request, "User-Agent"), "browser");
  EXPECT_EQ(request.fields.size(), 3U);
}

TEST(Forwarding, ConditionsAreToldByTheirNames) {
  for (const char* name : {"If-Match", "if-none-match", "IF-RANGE", "If-Modified-Since", "if-x"})
    EXPECT_TRUE(is_condition(name)) << name;
  for (const char* name : {"Range", "If", "Iffy", "Referer", ""})
    EXPECT_FALSE(is_condition(name)) << name;
}

}  // namespace
}  // namespace signgate::edge
