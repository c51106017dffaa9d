// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/connect.hpp"

#include <boost/asio/this_coro.hpp>

namespace signgate::upstream {

net::Awaitable<Result<std::unique_ptr<Connection>>> connect(Group& group, std::size_t peer,
                                                            net::DeadlineWheel& wheel,
                                                            Milliseconds timeout) {
  const net::Executor executor = co_await net::asio::this_coro::executor;
  auto connection = std::make_unique<Connection>(net::Socket(executor), wheel, peer);
  const net::Endpoint endpoint = group.peer(peer).endpoint;
  const Result<void> connected = co_await connection->stream.connect(endpoint, timeout);
  if (!connected) co_return connected.error();
  co_return std::move(connection);
}

}  // namespace signgate::upstream
