// SPDX-License-Identifier: Apache-2.0
#include "bench/load_target.hpp"

#include <gtest/gtest.h>

namespace signgate::bench {
namespace {

TEST(LoadTarget, SplitsTheUrl) {
  struct Case {
    const char* url;
    const char* host;
    const char* port;
    const char* line;
    const char* host_value;
  };
  const Case cases[] = {
      {"http://example.com", "example.com", "80", "GET / HTTP/1.1", "example.com"},
      {"HTTP://example.com/", "example.com", "80", "GET / HTTP/1.1", "example.com"},
      {"http://127.0.0.1:8080/a/b?c=d#e", "127.0.0.1", "8080", "GET /a/b?c=d HTTP/1.1",
       "127.0.0.1:8080"},
      {"http://example.com?q", "example.com", "80", "GET /?q HTTP/1.1", "example.com"},
      {"http://[::1]:81/x", "::1", "81", "GET /x HTTP/1.1", "[::1]:81"},
      {"http://[::1]/x", "::1", "80", "GET /x HTTP/1.1", "[::1]"},
      {"http://h/a@b:c", "h", "80", "GET /a@b:c HTTP/1.1", "h"},
  };
  for (const Case& c : cases) {
    const auto made = make_load_target(c.url, {});
    ASSERT_TRUE(std::holds_alternative<LoadTarget>(made))
        << c.url << ": " << std::get<std::string>(made);
    const auto& target = std::get<LoadTarget>(made);
    EXPECT_EQ(target.host, c.host) << c.url;
    EXPECT_EQ(target.port, c.port) << c.url;
    EXPECT_EQ(target.request, std::string(c.line) + "\r\nHost: " + c.host_value +
                                  "\r\nUser-Agent: signgate-bench\r\n\r\n");
  }
}

TEST(LoadTarget, SendsTheHeadersThatAreAskedFor) {
  const auto made = make_load_target("http://a/", {"Accept-Encoding: gzip", "host:b",
                                                   "USER-AGENT: me", "X-Empty:", "X-Colon: a:b"});
  ASSERT_TRUE(std::holds_alternative<LoadTarget>(made));
  EXPECT_EQ(std::get<LoadTarget>(made).request,
            "GET / HTTP/1.1\r\nHost: b\r\nUser-Agent: me\r\nAccept-Encoding: gzip\r\nX-Empty: \r\n"
            "X-Colon: a:b\r\n\r\n");
  EXPECT_EQ(std::get<LoadTarget>(made).host, "a");
}

TEST(LoadTarget, RefusesWhatItCannotSend) {
  for (const char* url :
       {"", "example.com", "https://a/", "http://", "http:///x", "http://:80/", "http://a:/",
        "http://a:0/", "http://a:65536/", "http://a:8x/", "http://u:p@a/", "http://a/b c",
        "http://a/\r\nX: y", "http://[::1/", "http://a]/"}) {
    const auto made = make_load_target(url, {});
    ASSERT_TRUE(std::holds_alternative<std::string>(made)) << url;
    EXPECT_FALSE(std::get<std::string>(made).empty());
  }
  for (const char* header : {"", ":", "no colon", ": value", "bad name: x", "A: b\r\nC: d",
                             "A: b\x01", "Content-Length: 5", "transfer-encoding: chunked"}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(make_load_target("http://a/", {header})))
        << header;
  }
}

}  // namespace
}  // namespace signgate::bench
