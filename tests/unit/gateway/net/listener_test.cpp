// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/listener.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <stdexcept>

namespace signgate::net {
namespace {

int option(int descriptor, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(descriptor, level, name, &value, &size), 0);
  return value;
}

// A socket that listens at a free port.
std::optional<ListeningSocket> open_at(const std::string& host, const ListenOptions& options) {
  const auto endpoints = resolve(host, 0);
  EXPECT_TRUE(endpoints);
  auto socket = ListeningSocket::open(endpoints->front(), options);
  EXPECT_TRUE(socket) << socket.error().detail;
  if (!socket) return std::nullopt;
  return std::move(*socket);
}

TEST(ListeningSocket, HasTheOptionsOfItsListen) {
  ListenOptions options;
  options.deferred = true;
  options.fastopen = 7;
  options.rcvbuf = 30000;
  options.sndbuf = 40000;
  options.so_keepalive = ListenOptions::TcpKeepalive{true, 100, 20, 3};
  const auto socket = open_at("127.0.0.1", options);
  ASSERT_TRUE(socket);
  const int descriptor = socket->descriptor();
  EXPECT_EQ(option(descriptor, SOL_SOCKET, SO_REUSEPORT), 1);
  // Linux makes them twice as large, for what it has to note about them (socket(7)).
  EXPECT_EQ(option(descriptor, SOL_SOCKET, SO_RCVBUF), 60000);
  EXPECT_EQ(option(descriptor, SOL_SOCKET, SO_SNDBUF), 80000);
  EXPECT_EQ(option(descriptor, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE), 100);
  EXPECT_EQ(option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL), 20);
  EXPECT_EQ(option(descriptor, IPPROTO_TCP, TCP_KEEPCNT), 3);
  EXPECT_GT(option(descriptor, IPPROTO_TCP, TCP_DEFER_ACCEPT), 0);
  EXPECT_EQ(option(descriptor, IPPROTO_TCP, TCP_FASTOPEN), 7);
}

TEST(ListeningSocket, IsPlainWithoutThem) {
  const auto socket = open_at("127.0.0.1", {});
  ASSERT_TRUE(socket);
  const int descriptor = socket->descriptor();
  EXPECT_EQ(option(descriptor, SOL_SOCKET, SO_KEEPALIVE), 0);
  EXPECT_EQ(option(descriptor, IPPROTO_TCP, TCP_DEFER_ACCEPT), 0);
  EXPECT_EQ(option(descriptor, IPPROTO_TCP, TCP_FASTOPEN), 0);
}

TEST(ListeningSocket, TakesIpv4OnlyWhereIpv6onlyIsOff) {
  for (const bool only : {true, false}) {
    ListenOptions options;
    options.ipv6only = only;
    const auto endpoints = resolve("::", 0);
    if (!endpoints || !ListeningSocket::open(endpoints->front())) GTEST_SKIP() << "no IPv6 here";
    const auto socket = open_at("::", options);
    ASSERT_TRUE(socket);
    const int descriptor = socket->descriptor();
    EXPECT_EQ(option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY), only ? 1 : 0);
  }
}

TEST(ListeningSocket, ABacklogIsKeptByTheSystem) {
  // A queue of one takes two, and a third waits in vain: with the usual one all get in.
  for (const auto& [backlog, all_get_in] : {std::pair{1U, false}, {511U, true}}) {
    ListenOptions options;
    options.backlog = backlog;
    const auto endpoints = resolve("127.0.0.1", 0);
    ASSERT_TRUE(endpoints);
    const auto socket = ListeningSocket::open(endpoints->front(), options);
    ASSERT_TRUE(socket);
    std::vector<int> clients;
    int connected = 0;
    for (int i = 0; i < 8; ++i) {
      const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      clients.push_back(client);
      const Endpoint& at = socket->local();
      static_cast<void>(::connect(client, at.data(), static_cast<socklen_t>(at.size())));
      tcp_info info{};
      socklen_t size = sizeof info;
      ASSERT_EQ(::getsockopt(client, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
      if (info.tcpi_state == TCP_ESTABLISHED) ++connected;
    }
    EXPECT_EQ(connected == 8, all_get_in) << connected;
    for (const int client : clients)
      ::close(client);
  }
}

TEST(ListeningSocket, RemovesItsFileUnlessThatIsReleased) {
  const std::string path = testing::TempDir() + "listener_test." + std::to_string(::getpid());
  const Endpoint at = *unix_endpoint(path);
  for (const bool released : {false, true}) {
    auto opened = ListeningSocket::open(at);
    ASSERT_TRUE(opened) << opened.error().detail;
    ListeningSocket socket = std::move(*opened);
    EXPECT_EQ(::access(path.c_str(), F_OK), 0);
    {
      ListeningSocket moved = std::move(socket);
      if (released) moved.release_file();
    }
    EXPECT_EQ(::access(path.c_str(), F_OK) == 0, released);
  }
  ::unlink(path.c_str());
}

// A client that has connected to that address, or -1.
int connect_to(const Endpoint& at) {
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_GE(client, 0);
  if (::connect(client, at.data(), static_cast<socklen_t>(at.size())) == 0) return client;
  ::close(client);
  return -1;
}

// Accepting is a worker's: an io_context that counts whom it got.
struct Acceptance {
  asio::io_context context;
  int accepted = 0;
  std::unique_ptr<Listener> listener;

  explicit Acceptance(const std::shared_ptr<const ListeningSocket>& socket)
      : listener(std::make_unique<Listener>(
            context, socket, [this](const Socket&, const Endpoint&) { ++accepted; },
            [](const std::string& reason) { ADD_FAILURE() << reason; })) {
    listener->start();
  }
  void run() {
    context.restart();
    context.poll();
  }
};

TEST(Listener, LeavesItsSocketToTheOthersThatHoldIt) {
  auto opened = open_at("127.0.0.1", {});
  ASSERT_TRUE(opened);
  auto socket = std::make_shared<const ListeningSocket>(std::move(*opened));
  const Endpoint at = socket->local();
  Acceptance first(socket);
  Acceptance second(socket);
  socket.reset();
  first.run();
  second.run();
  // The one that lets go has clients in its queue, and some come later.
  const int before = connect_to(at);
  first.listener->stop();
  const int after = connect_to(at);
  ASSERT_GE(before, 0);
  ASSERT_GE(after, 0);
  first.run();
  first.listener.reset();
  first.run();
  EXPECT_EQ(first.accepted, 0);
  second.run();
  EXPECT_EQ(second.accepted, 2);
  // Nobody holds it any more.
  second.listener->stop();
  EXPECT_EQ(connect_to(at), -1);
  ::close(before);
  ::close(after);
}

TEST(Listener, FinishesWithThoseWhoWait) {
  auto opened = open_at("127.0.0.1", {});
  ASSERT_TRUE(opened);
  auto socket = std::make_shared<const ListeningSocket>(std::move(*opened));
  const Endpoint at = socket->local();
  Acceptance only(socket);
  socket.reset();
  const int client = connect_to(at);
  ASSERT_GE(client, 0);
  only.listener->finish();
  EXPECT_EQ(only.accepted, 1);
  EXPECT_EQ(connect_to(at), -1);
  ::close(client);
}

TEST(Listener, GoesOnAfterWhatTakingAConnectionThrows) {
  auto opened = open_at("127.0.0.1", {});
  ASSERT_TRUE(opened);
  const auto socket = std::make_shared<const ListeningSocket>(std::move(*opened));
  asio::io_context context;
  int accepted = 0;
  std::vector<std::string> told;
  Listener listener(
      context, socket,
      [&](const Socket&, const Endpoint&) {
        if (++accepted % 2 == 1) throw std::runtime_error("no room");
      },
      [&](const std::string& reason) { told.push_back(reason); });
  listener.start();
  const int first = connect_to(socket->local());
  const int second = connect_to(socket->local());
  EXPECT_THROW(context.poll(), std::runtime_error);
  context.restart();
  context.poll();
  EXPECT_EQ(accepted, 2);
  EXPECT_TRUE(told.empty());
  // The end does not throw.
  const int third = connect_to(socket->local());
  const int fourth = connect_to(socket->local());
  listener.finish();
  EXPECT_EQ(accepted, 4);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told.front().find("no room"), std::string::npos) << told.front();
  context.restart();
  context.poll();
  for (const int client : {first, second, third, fourth})
    ::close(client);
}

}  // namespace
}  // namespace signgate::net
