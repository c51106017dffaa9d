// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>
#include <boost/asio/basic_stream_socket.hpp>

#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// A worker's loop, and sockets whose other ends the test holds.
class LinkedExchange {
 public:
  using Far = net::asio::basic_stream_socket<net::asio::generic::stream_protocol, net::Executor>;

  /// A connected socket of the loop; `far` becomes its other end.
  net::Socket link(Far& far) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    far.assign(net::asio::generic::stream_protocol(AF_UNIX, 0), ends[1]);
    return net::Socket(context.get_executor(), ends[0]);
  }

  net::asio::io_context context{1};
  net::DeadlineWheel wheel{context};
  Far peer{context.get_executor()};
  upstream::Exchange exchange{std::make_unique<upstream::Connection>(
      link(peer), wheel, std::make_shared<upstream::Peer>())};
};

}  // namespace signgate::proxy
