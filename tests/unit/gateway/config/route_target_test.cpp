// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/route_target.hpp"

#include <gtest/gtest.h>

namespace signgate::config {
namespace {

void expect_pass(std::string_view text, std::string_view host, std::optional<std::string> uri) {
  const auto pass = parse_proxy_pass(text);
  ASSERT_TRUE(pass) << text << ": " << pass.error().message;
  EXPECT_EQ(pass->scheme, "http");
  EXPECT_EQ(pass->host, host) << text;
  EXPECT_EQ(pass->uri, uri) << text;
}

TEST(ParseProxyPass, TakesHostAndUriApart) {
  expect_pass("http://website", "website", std::nullopt);
  expect_pass("HTTP://website/", "website", "/");
  expect_pass("http://127.0.0.1:3000/a?b=c", "127.0.0.1:3000", "/a?b=c");
  expect_pass("http://[::1]:3000", "[::1]:3000", std::nullopt);
  expect_pass("http://unix:/run/app.sock", "unix:/run/app.sock", std::nullopt);
  expect_pass("http://unix:/run/app.sock:", "unix:/run/app.sock", std::nullopt);
  expect_pass("http://unix:/run/app.sock:/uri/", "unix:/run/app.sock", "/uri/");
}

TEST(ParseProxyPass, TakesAValueWithVariablesWhole) {
  for (const char* text : {"http://$host", "$arg_to", "http://app/$1/${2}?x=$args"}) {
    const auto pass = parse_proxy_pass(text);
    ASSERT_TRUE(pass) << text;
    EXPECT_EQ(pass->variables, text);
    EXPECT_EQ(pass->host, "");
  }
}

TEST(ParseProxyPass, TakesHttpsLikewise) {
  const auto pass = parse_proxy_pass("HTTPS://website:8443/a");
  ASSERT_TRUE(pass);
  EXPECT_EQ(pass->scheme, "https");
  EXPECT_EQ(pass->host, "website:8443");
  EXPECT_EQ(pass->uri, "/a");
  EXPECT_EQ(parse_proxy_pass("https://a:b/").error().offset, 10U);
}

TEST(ParseProxyPass, RefusesTheRest) {
  for (const char* text :
       {"", "website", "ftp://a", "https://", "http://", "http:///a", "http://a:0", "http://a:x/",
        "http://a?b", "http://a#b", "http://a/#b", "ftp://$host", "http://$nothing", "http://a b",
        "http://u@a/", "http://unix:", "http://unix:/a:b"}) {
    EXPECT_FALSE(parse_proxy_pass(text)) << text;
  }
  EXPECT_EQ(parse_proxy_pass("http://a:b/").error().offset, 9U);
}

void expect_return(std::string_view text, int status, std::string_view value) {
  const auto answer = parse_return(text);
  ASSERT_TRUE(answer) << text << ": " << answer.error().message;
  EXPECT_EQ(answer->status, status) << text;
  EXPECT_EQ(answer->value, value) << text;
}

TEST(ParseReturn, TakesEveryForm) {
  expect_return("403", 403, "");
  expect_return("444", 444, "");
  expect_return("200 hello, $remote_addr", 200, "hello, $remote_addr");
  expect_return("301  https://$host$request_uri", 301, "https://$host$request_uri");
  expect_return("302 /login", 302, "/login");
  expect_return("https://example.com/", 302, "https://example.com/");
  expect_return("$scheme://example.com/", 302, "$scheme://example.com/");
}

TEST(ParseReturn, RefusesTheRest) {
  for (const char* text : {"", "x", "99", "100", "600", "301", "301 ", "200x", "/login", "301 a b",
                           "200 $nope", "http://$nope/"}) {
    EXPECT_FALSE(parse_return(text)) << text;
  }
  EXPECT_EQ(parse_return("200 a $nope").error().offset, 6U);
}

}  // namespace
}  // namespace signgate::config
