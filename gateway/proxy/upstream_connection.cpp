// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/upstream_connection.hpp"

#include <array>

#include "gateway/http/proxy_protocol.hpp"
#include "gateway/proxy/client_watch.hpp"
#include "gateway/proxy/upstream_tls.hpp"
#include "gateway/route/log_escape.hpp"

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

// What proxy_bind and proxy_socket_* want of the socket.
Result<void> prepare_socket(net::Stream& stream, const net::Endpoint& endpoint,
                            const std::string& local, const net::SocketWishes& wishes) {
  net::Endpoint from;
  if (const auto address = parse_ip_port(local))
    from = net::ip_endpoint(address->address, address->port);
  return stream.prepare(endpoint, from, wishes);
}

// Connects, and says and agrees on what comes before the first request.
net::Awaitable<Result<void>> make_ready(Services& services, const Runtime& runtime,
                                        const upstream::Group& group,
                                        upstream::Connection& connection,
                                        const upstream::TlsTarget& target,
                                        const route::VariableValues& values,
                                        const config::Settings& settings) {
  const upstream::Peer& peer = *connection.peer;
  const Result<void> connected =
      co_await connection.stream.connect(peer.endpoint, settings.proxy_connect_timeout);
  services.wheel.refresh();  // connecting took its time
  if (!connected) co_return connected;
  if (group.settings().proxy_protocol != config::ProxyProtocol::off) {
    connection.bound = true;
    const Result<void> told =
        co_await send_proxy_header(group, values, connection.stream, settings.proxy_send_timeout);
    if (!told) co_return told;
  }
  if (!target.context) co_return Result<void>();
  const Result<void> secured = co_await secure(services, connection, target, runtime, *peer.text,
                                               settings.proxy_connect_timeout);
  co_return secured;
}

}  // namespace

std::string local_address(Services& services, const route::Route& route,
                          const route::VariableValues& values) {
  std::string text;
  if (route.rules.bind.empty()) return text;
  route.rules.bind.append(values, route::Escape::none, text);
  const auto address = parse_ip_port(text);
  if (text.empty() || address) return text;
  std::string shown;
  route::append_log_escaped(std::string_view(text).substr(0, 100), shown);
  services.access_errors.tell(config::LogLevel::error, "invalid local address \"" + shown + "\"",
                              values);
  text.clear();
  return text;
}

net::Awaitable<Result<std::unique_ptr<upstream::Connection>>> open_connection(
    Services& services, const Runtime& runtime, const upstream::Group& group,
    std::shared_ptr<upstream::Peer> peer, const upstream::TlsTarget& target,
    const std::string& local, const route::VariableValues& values, const config::Settings& settings,
    const std::function<bool()>& is_wanted) {
  const net::Executor executor = services.context.get_executor();
  auto connection =
      std::make_unique<upstream::Connection>(net::Socket(executor), services.wheel, peer);
  net::SocketWishes wishes;
  wishes.keepalive = settings.proxy_request.proxy_socket_keepalive;
  wishes.rcvbuf = static_cast<int>(settings.proxy_request.proxy_socket_rcvbuf);
  wishes.sndbuf = static_cast<int>(settings.proxy_request.proxy_socket_sndbuf);
  if (wishes != net::SocketWishes() || !local.empty()) {
    const Result<void> prepared = prepare_socket(connection->stream, peer->endpoint, local, wishes);
    if (!prepared) co_return prepared.error();
    connection->local = local;
  }
  ClientWatch watch(is_wanted, connection->stream, services.wheel);
  const Result<void> ready =
      co_await make_ready(services, runtime, group, *connection, target, values, settings);
  if (watch.has_left()) co_return client_left();
  if (!ready) co_return ready.error();
  co_return std::move(connection);
}

}  // namespace signgate::proxy
