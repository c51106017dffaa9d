// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/web_server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "gateway/cli/demo/fetch.hpp"

namespace signgate::cli::demo {
namespace {

net::Awaitable<WebAnswer> echo(WebRequest request) {
  if (request.path == "/missing") co_return WebAnswer{404, "text/plain", "no"};
  co_return WebAnswer{200, "text/x-echo", request.path + "|" + request.query};
}

class WebServerTest : public testing::Test {
 protected:
  void SetUp() override {
    port = *server.listen();
    server.start();
  }

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port) + path;
  }

  /// Sends `bytes` and reads to the end of the connection.
  std::string talk(const std::string& bytes) const {
    namespace asio = boost::asio;
    asio::io_context context;
    asio::ip::tcp::socket socket(context);
    socket.connect({asio::ip::address_v4::loopback(), port});
    asio::write(socket, asio::buffer(bytes));
    std::string answer;
    boost::system::error_code end;
    asio::read(socket, asio::dynamic_buffer(answer), end);
    return answer;
  }

  WebServer server{echo};
  std::uint16_t port = 0;
};

TEST_F(WebServerTest, AnswersAFetch) {
  const auto answer = fetch_now(url("/a/b?c=d&e#f"), {{"Referer", "http://r/"}});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "/a/b|c=d&e");
  EXPECT_EQ(answer->header("content-type"), "text/x-echo");
  EXPECT_EQ(answer->header("CACHE-CONTROL"), "no-cache");
  EXPECT_EQ(answer->header("X-None"), "");

  const auto missing = fetch_now(url("/missing"), {});
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->status, 404);
}

TEST_F(WebServerTest, KeepsTheConnectionAndAnswersHead) {
  const auto answer = talk(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nHEAD /22 HTTP/1.1\r\nHost: h\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("\r\n\r\n/1|HTTP/1.1 200"), std::string::npos) << answer;
  EXPECT_NE(answer.find("Content-Length: 4\r\n\r\nHTTP/1.1 200"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n/3|")) << answer;
}

TEST_F(WebServerTest, RefusesOtherMethods) {
  const auto answer = talk("DELETE / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 ")) << answer;
  EXPECT_NE(answer.find("Allow: GET, HEAD\r\n"), std::string::npos) << answer;
}

TEST_F(WebServerTest, ClosesOnNonsense) {
  EXPECT_EQ(talk("nonsense\r\n\r\n"), "");
}

TEST(FetchNow, SaysWhatFailed) {
  std::uint16_t closed = 0;
  {
    WebServer server(echo);
    closed = *server.listen();
  }
  const auto refused = fetch_now("http://127.0.0.1:" + std::to_string(closed) + "/", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::connect_failed);
  for (const char* url :
       {"https://127.0.0.1:1/", "http://example.com/", "http://127.0.0.1:x/", "/"}) {
    const auto foreign = fetch_now(url, {});
    ASSERT_FALSE(foreign) << url;
    EXPECT_EQ(foreign.error().code, ErrorCode::bad_request) << url;
  }
}

}  // namespace
}  // namespace signgate::cli::demo
