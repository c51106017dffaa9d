// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>

#include "gateway/base/limits.hpp"
#include "unit/gateway/edge/small_edge.hpp"

namespace signgate::edge {
namespace {

/// Client is a blocking connection to the server.
class Client {
 public:
  explicit Client(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{30, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ =
        ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(descriptor_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// One response's head and as much body as its Content-Length says; "" at the end of the stream.
  std::string receive(bool has_body = true) {
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
      if (!more()) return {};
    }
    const std::size_t head = buffer_.find("\r\n\r\n") + 4;
    std::size_t size = head;
    const std::size_t at = buffer_.find("Content-Length: ");
    if (has_body && at < head) size += std::stoul(buffer_.substr(at + 16));
    while (buffer_.size() < size && more()) {
    }
    const std::string response = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return response;
  }

  /// Whether the server has closed, with nothing left unread.
  bool is_at_end() { return buffer_.empty() && !more(); }

 private:
  bool more() {
    std::array<char, 65536> bytes;
    const ssize_t got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }

  int descriptor_;
  bool connected_ = false;
  std::string buffer_;
};

class ServerTest : public testing::Test {
 protected:
  Server start() {
    EdgeSetup setup = small_.setup();
    setup.clock_offset = std::chrono::seconds(noon - unix_now());
    auto server = Server::start(std::move(setup), [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line);
    });
    EXPECT_TRUE(server.has_value()) << server.error().detail;
    return *std::move(server);
  }

  [[nodiscard]] std::string get(const Server& server, const std::string& path,
                                const std::string& fields = {},
                                const std::string& method = "GET") const {
    const std::string signed_url = small_.sign("http://" + server.address() + path);
    return method + ' ' + signed_url.substr(7 + server.address().size()) +
           " HTTP/1.1\r\nHost: " + server.address() + "\r\nReferer: https://www.example.com/\r\n" +
           fields + "\r\n";
  }

  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  SmallEdge small_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

TEST_F(ServerTest, KeepsAConnectionAndTakesPipelinedRequests) {
  const Server server = start();
  Client client(server.port());
  ASSERT_TRUE(client.connected());
  const std::string request = get(server, "/private/a.jpg");
  client.send(request + get(server, "/private/a.jpg", "", "HEAD") + request +
              "GET /private/a.jpg HTTP/1.1\r\nHost: " + server.address() +
              "\r\nConnection: close\r\n\r\n");
  const std::string first = client.receive();
  EXPECT_TRUE(first.starts_with("HTTP/1.1 200 OK\r\n")) << first;
  EXPECT_NE(first.find("\r\nServer: AmazonS3\r\n"), std::string::npos);
  EXPECT_NE(first.find("\r\nDate: Tue, 01 Jan 2030 12:0"), std::string::npos) << first;
  EXPECT_TRUE(first.ends_with("\r\n\r\nhello picture"));
  const std::string head = client.receive(false);
  EXPECT_NE(head.find("Content-Length: 13\r\n"), std::string::npos);
  EXPECT_TRUE(client.receive().ends_with("hello picture"));
  const std::string last = client.receive();
  EXPECT_TRUE(last.starts_with("HTTP/1.1 403 Forbidden\r\nServer: CloudFront\r\n")) << last;
  EXPECT_NE(last.find("Content-Type: text/xml\r\n"), std::string::npos);
  EXPECT_NE(last.find("X-Cache: Error from cloudfront\r\n"), std::string::npos);
  EXPECT_NE(last.find("x-signgate-reason: not_signed"), std::string::npos);
  EXPECT_NE(last.find("Content-Length: 146\r\n"), std::string::npos);
  EXPECT_TRUE(client.is_at_end());
}

TEST_F(ServerTest, StreamsALargeObjectAndARangeOfIt) {
  std::string bytes(5 * limits::mib + 17, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(i * 31 >> 3);
  small_.write("private/big.bin", bytes);
  const Server server = start();
  Client client(server.port());
  client.send(get(server, "/private/big.bin"));
  const std::string whole = client.receive();
  EXPECT_EQ(whole.substr(whole.find("\r\n\r\n") + 4) == bytes, true);
  client.send(get(server, "/private/big.bin", "Range: bytes=100000-299999\r\n"));
  const std::string part = client.receive();
  EXPECT_TRUE(part.starts_with("HTTP/1.1 206 ")) << part.substr(0, 300);
  EXPECT_EQ(part.substr(part.find("\r\n\r\n") + 4) == bytes.substr(100000, 200000), true);
}

TEST_F(ServerTest, LogsEachDenialWithoutItsSignature) {
  const Server server = start();
  Client client(server.port());
  std::string request = get(server, "/private/a.jpg");
  const std::size_t at = request.find("Signature=") + 10;
  const std::string signature = request.substr(at, request.find('&', at) - at);
  request.replace(request.find("Expires=") + 8, 1, "2");
  client.send(request + get(server, "/private/a.jpg"));
  EXPECT_TRUE(client.receive().starts_with("HTTP/1.1 403 "));
  EXPECT_TRUE(client.receive().starts_with("HTTP/1.1 200 "));
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_NE(lines()[0].find(" 127.0.0.1 GET "), std::string::npos);
  EXPECT_NE(lines()[0].find(" 403 AccessDenied bad_signature: "), std::string::npos);
  EXPECT_EQ(lines()[0].find(signature), std::string::npos);
}

TEST_F(ServerTest, RefusesWhatIsNoRequestOfOurs) {
  const Server server = start();
  const auto status_of = [&](const std::string& request) {
    Client client(server.port());
    client.send(request);
    const std::string response = client.receive();
    EXPECT_NE(response.find("\r\nx-signgate-reason: "), std::string::npos) << response;
    return response.size() < 12 ? std::string("(none)") : response.substr(9, 3);
  };
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), "400");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), "400");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), "400");
  EXPECT_EQ(status_of("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), "400");
  EXPECT_EQ(status_of("nonsense\r\n\r\n"), "400");
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), "505");
  EXPECT_EQ(status_of("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), "414");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(30000, 'a') + "\r\n\r\n"),
            "400");
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc"), "403");
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\nHost: a\r\n\r\n"), "403");
}

TEST_F(ServerTest, StopEndsOpenConnectionsAndFreesThePort) {
  Server server = start();
  Client idle(server.port());
  Client within(server.port());
  within.send("GET / HT");
  Client served(server.port());
  served.send(get(server, "/private/a.jpg"));
  EXPECT_TRUE(served.receive().starts_with("HTTP/1.1 200"));
  server.stop();
  EXPECT_TRUE(idle.is_at_end());
  EXPECT_TRUE(within.is_at_end());
  EXPECT_TRUE(served.is_at_end());
  EXPECT_FALSE(Client(server.port()).connected());
  server.stop();
}

TEST_F(ServerTest, APortInUseAndAMissingFolderAreErrors) {
  const Server server = start();
  EdgeSetup setup = small_.setup();
  setup.listen = server.address();
  const auto second = Server::start(setup);
  ASSERT_TRUE(second.has_error());
  EXPECT_NE(second.error().detail.find("in use"), std::string::npos);
  setup.listen = "127.0.0.1:0";
  setup.bucket.root += "/nothing";
  EXPECT_TRUE(Server::start(setup).has_error());
}

}  // namespace
}  // namespace signgate::edge
