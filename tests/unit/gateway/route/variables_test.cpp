// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/variables.hpp"

#include <gtest/gtest.h>

#include "gateway/config/known_variables.hpp"
#include "gateway/route/log_escape.hpp"

namespace signgate::route {
namespace {

class VariablesTest : public testing::Test {
 protected:
  VariablesTest() {
    const auto parsed = http::parse_request_head(text_, {}, head_);
    EXPECT_TRUE(parsed);
    values_.request = &head_;
    values_.request_line = head_.line;
    values_.uri = "/a/b";
    values_.host = "www.example.com";
    values_.server_name = "example.com";
    values_.remote_addr = "192.0.2.1";
    values_.remote_port = 4711;
    values_.status = 200;
    values_.progress.body_bytes_sent = 12;
    values_.progress.request_time = Milliseconds(1234);
  }

  std::string value(std::string_view text, Escape escape = Escape::none) const {
    std::string out;
    Template(text).append(values_, escape, out);
    return out;
  }

  std::string text_ =
      "GET /a/b?x=1&y=2 HTTP/1.1\r\nHost: www.example.com:8080\r\nReferer: "
      "https://r.example/\"q\r\n"
      "X-Forwarded-For: 10.0.0.1\r\nCookie: session=abc\r\nX-Two: a\r\nX-Two: b\r\n\r\n";
  http::RequestHead head_;
  VariableValues values_;
};

TEST_F(VariablesTest, MixesTextAndVariables) {
  EXPECT_EQ(value("$scheme://$host$request_uri"), "http://www.example.com/a/b?x=1&y=2");
  EXPECT_EQ(value("${scheme}s"), "https");
  EXPECT_EQ(value("plain"), "plain");
  EXPECT_EQ(value(""), "");
}

TEST_F(VariablesTest, ReadsTheRequest) {
  EXPECT_EQ(value("$request_method $uri$is_args$args $server_protocol"),
            "GET /a/b?x=1&y=2 HTTP/1.1");
  EXPECT_EQ(value("$arg_y|$arg_z|$cookie_session"), "2||abc");
  EXPECT_EQ(value("$http_host|$http_x_two|$http_none"), "www.example.com:8080|a, b|");
  EXPECT_EQ(value("$remote_addr:$remote_port"), "192.0.2.1:4711");
}

TEST_F(VariablesTest, KnowsNoLengthAndNoPortBeforeThereIsOne) {
  EXPECT_EQ(value("$content_length $proxy_port", Escape::log), "- -");
  values_.held_length = 0;
  values_.proxy_port = 80;
  EXPECT_EQ(value("$content_length $proxy_port", Escape::log), "0 80");
}

TEST_F(VariablesTest, AppendsTheClientToXForwardedFor) {
  EXPECT_EQ(value("$proxy_add_x_forwarded_for"), "10.0.0.1, 192.0.2.1");
  head_.fields.remove(http::HeaderId::x_forwarded_for);
  EXPECT_EQ(value("$proxy_add_x_forwarded_for"), "192.0.2.1");
}

TEST_F(VariablesTest, WritesTimesInSecondsWithThreeDecimals) {
  EXPECT_EQ(value("$request_time"), "1.234");
  values_.progress.request_time = Milliseconds(7);
  EXPECT_EQ(value("$request_time"), "0.007");
  EXPECT_EQ(value("$upstream_response_time"), "");
  values_.progress.now =
      std::chrono::system_clock::time_point(std::chrono::milliseconds(1893456000123));
  EXPECT_EQ(value("$msec"), "1893456000.123");
}

TEST_F(VariablesTest, AsksForWhatChangesWhenItIsNeeded) {
  class Source : public ProgressSource {
   public:
    Progress progress() const override {
      return {.bytes_sent = ++calls, .request_time = Milliseconds(1500)};
    }
    mutable std::uint64_t calls = 0;
  };
  const Source source;
  values_.live = &source;
  EXPECT_EQ(value("$uri"), "/a/b");
  EXPECT_EQ(source.calls, 0U);
  EXPECT_EQ(value("$request_time $bytes_sent"), "1.500 2");
}

TEST_F(VariablesTest, TellsTheRequestUriWithoutTheAuthority) {
  for (const auto& [target, expected] : {std::pair{"http://h:8080/x?y", "/x?y"},
                                         {"http://h", "/"},
                                         {"http://h/?", "/?"},
                                         {"http://h/a#b", "/a#b"},
                                         {"/a?c#b", "/a?c#b"}}) {
    const std::string text = "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    http::RequestHead head;
    ASSERT_TRUE(http::parse_request_head(text, {}, head)) << target;
    values_.request = &head;
    EXPECT_EQ(value("$request_uri"), expected) << target;
  }
  values_.request = &head_;
}

TEST_F(VariablesTest, JoinsLinesOfCookieAsOne) {
  const std::string text = "GET / HTTP/1.1\r\nHost: h\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n";
  http::RequestHead head;
  ASSERT_TRUE(http::parse_request_head(text, {}, head));
  values_.request = &head;
  EXPECT_EQ(value("$http_cookie|$cookie_b"), "a=1; b=2|2");
  values_.request = &head_;
}

TEST_F(VariablesTest, EscapesForLogsAsNginxDoes) {
  EXPECT_EQ(value("\"$http_referer\"", Escape::log), "\"https://r.example/\\x22q\"");
  EXPECT_EQ(value("$http_none", Escape::log), "-");
  std::string out;
  append_log_escaped("a\\b\x01\xc3", out);
  EXPECT_EQ(out, "a\\x5Cb\\x01\\xC3");
}

TEST_F(VariablesTest, LivesWithoutARequest) {
  values_.request = nullptr;
  values_.status = 400;
  EXPECT_EQ(value("$status [$http_referer] [$args] [$request_method]"), "400 [] [] []");
}

// A name that the configuration accepts and this does not know would end the process at load.
TEST_F(VariablesTest, KnowsEveryVariableOfTheConfiguration) {
  for (const std::string_view name : config::known_variables) {
    SCOPED_TRACE(name);
    value("$" + std::string(name));
  }
  for (const std::string_view prefix : config::known_variable_prefixes) {
    value("$" + std::string(prefix) + "x");
  }
}

TEST_F(VariablesTest, ShowsNamedCaptures) {
  Captured captured;
  captured.set("user", "anna");
  captured.set("rest", "");
  EXPECT_EQ(value("$user", Escape::log), "-");
  values_.captured = &captured;
  EXPECT_EQ(value("<$user|${user}s|$rest|$other>"), "<anna|annas||>");
  // One without a part in the match is there, and empty (nginx).
  EXPECT_EQ(value("$user $rest $other", Escape::log), "anna  -");
  captured.set("user", "a\"b");
  EXPECT_EQ(value("$user", Escape::log), "a\\x22b");
  DefinedValues defined = {{"user", "of the request"}};
  values_.defined = &defined;
  EXPECT_EQ(value("$user"), "of the request");
}

}  // namespace
}  // namespace signgate::route
