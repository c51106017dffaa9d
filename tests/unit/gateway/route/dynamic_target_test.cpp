// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/dynamic_target.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

TEST(DynamicTarget, TakesTheUrlApart) {
  const auto plain = parse_dynamic_target("http://app.example.com");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "app.example.com");
  EXPECT_EQ(plain->address.port, 80);
  EXPECT_FALSE(plain->uri);
  const auto whole = parse_dynamic_target("HTTP://10.0.0.1:8080/a/b?c=d");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->host, "10.0.0.1:8080");
  EXPECT_EQ(whole->address.host, "10.0.0.1");
  EXPECT_EQ(whole->address.port, 8080);
  EXPECT_EQ(whole->uri, "/a/b?c=d");
  EXPECT_EQ(parse_dynamic_target("http://a?x=1")->uri, "/?x=1");
  const auto secure = parse_dynamic_target("https://[::1]/");
  ASSERT_TRUE(secure);
  EXPECT_TRUE(secure->secure);
  EXPECT_EQ(secure->address.host, "::1");
  EXPECT_EQ(secure->address.port, 443);
  EXPECT_EQ(parse_dynamic_target("https://a:8443/")->address.port, 8443);
  const auto local = parse_dynamic_target("http://unix:/run/app:/base/");
  ASSERT_TRUE(local);
  EXPECT_EQ(local->host, "unix:/run/app");
  EXPECT_EQ(local->address.unix_path, "/run/app");
  EXPECT_EQ(local->uri, "/base/");
}

TEST(DynamicTarget, LetsNothingEndTheRequestLine) {
  EXPECT_EQ(parse_dynamic_target("http://a/b c\r\nX: y")->uri, "/b%20c%0D%0AX:%20y");
  EXPECT_EQ(parse_dynamic_target(std::string("http://a/\0\x7f\xc3\xa4", 13))->uri,
            "/%00%7F\xc3\xa4");
}

TEST(DynamicTarget, RefusesTheRest) {
  for (const char* url :
       {"", "app", "ftp://a", "http://", "http:///a", "http://a b/", "http://a:0/", "http://a:x/",
        "http://a\r\nb/", "http://unix:/run/app:base", "//a/"}) {
    const auto target = parse_dynamic_target(url);
    ASSERT_FALSE(target) << url;
    EXPECT_EQ(error_status(target.error()), 500);
  }
}

}  // namespace
}  // namespace signgate::route
