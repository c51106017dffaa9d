// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>

#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// A worker's loop, and sockets whose other ends the test holds.
class LinkedExchange {
 public:
  /// A connected socket of the loop; `far` becomes its other end.
  net::Socket link(net::Socket& far) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    const net::asio::generic::stream_protocol protocol(AF_UNIX, 0);
    far.assign(protocol, ends[1]);
    net::Socket near(context.get_executor());
    near.assign(protocol, ends[0]);
    near.non_blocking(true);
    return near;
  }

  net::asio::io_context context{1};
  net::DeadlineWheel wheel{context};
  net::Socket peer{context.get_executor()};
  upstream::Exchange exchange{std::make_unique<upstream::Connection>(
      link(peer), wheel, std::make_shared<upstream::Peer>())};
};

}  // namespace signgate::proxy
