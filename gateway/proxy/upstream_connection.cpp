// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/upstream_connection.hpp"

#include <array>

#include "gateway/http/proxy_protocol.hpp"
#include "gateway/proxy/upstream_tls.hpp"

namespace signgate::proxy {
namespace {

// Tells a server whose connection it is, by the version that the group's `proxy_protocol` names.
net::Awaitable<Result<void>> send_proxy_header(const upstream::Group& group,
                                               const route::VariableValues& values,
                                               net::Stream& stream, Milliseconds timeout) {
  const http::ProxyHeader header{.known = true,
                                 .source_address = std::string(values.remote_addr),
                                 .source_port = values.remote_port,
                                 .destination_address = std::string(values.server_addr),
                                 .destination_port = values.server_port};
  const bool first = group.settings().proxy_protocol == config::ProxyProtocol::v1;
  const std::string text = http::format_proxy_header(header, first ? 1 : 2);
  std::array<net::asio::const_buffer, 1> parts = {net::asio::buffer(text)};
  const std::span<net::asio::const_buffer> all(parts);
  const Result<void> sent = co_await stream.write(all, timeout);
  co_return sent;
}

}  // namespace

net::Awaitable<Result<std::unique_ptr<upstream::Connection>>> open_connection(
    Services& services, const Runtime& runtime, const upstream::Group& group,
    std::shared_ptr<upstream::Peer> peer, const upstream::TlsTarget& target,
    const route::VariableValues& values, const config::Settings& settings) {
  const net::Executor executor = services.context.get_executor();
  auto connection =
      std::make_unique<upstream::Connection>(net::Socket(executor), services.wheel, peer);
  const net::Endpoint endpoint = peer->endpoint;
  const Result<void> connected =
      co_await connection->stream.connect(endpoint, settings.proxy_connect_timeout);
  services.wheel.refresh();  // connecting took its time
  if (!connected) co_return connected.error();
  if (group.settings().proxy_protocol != config::ProxyProtocol::off) {
    connection->bound = true;
    const Result<void> told =
        co_await send_proxy_header(group, values, connection->stream, settings.proxy_send_timeout);
    if (!told) co_return told.error();
  }
  if (target.context) {
    const Result<void> secured =
        co_await secure(*connection, target, runtime, *peer->text, settings.proxy_connect_timeout);
    if (!secured) co_return secured.error();
  }
  co_return std::move(connection);
}

}  // namespace signgate::proxy
