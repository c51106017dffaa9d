// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/health_probe.hpp"

#include <array>

#include "gateway/http/proxy_protocol.hpp"
#include "gateway/upstream/exchange.hpp"

namespace signgate::upstream {

std::string probe_preamble(const config::Upstream& upstream) {
  if (upstream.proxy_protocol == config::ProxyProtocol::off) return {};
  return http::format_proxy_header({},
                                   upstream.proxy_protocol == config::ProxyProtocol::v1 ? 1 : 2);
}

std::string probe_request(const config::Upstream& upstream) {
  std::string request;
  const config::HealthCheck& check = *upstream.health_check;
  request.append("GET ").append(check.uri).append(" HTTP/1.1\r\nHost: ");
  request.append(check.host.empty() ? upstream.name : check.host);
  request.append("\r\nConnection: close\r\n\r\n");
  return request;
}

net::Awaitable<Result<int>> probe(net::Executor executor, net::DeadlineWheel& wheel,
                                  const Probe& probe) {
  auto connection = std::make_unique<Connection>(net::Socket(executor), wheel, nullptr);
  // One limit over all steps: an answer that drips would otherwise never end.
  struct Limit {
    net::Stream& stream;
    bool reached = false;
  } limit{connection->stream};
  net::Deadline deadline(
      wheel,
      [](void* owner) {
        auto& reached = *static_cast<Limit*>(owner);
        reached.reached = true;
        reached.stream.abort();
      },
      &limit);
  deadline.set(probe.timeout);
  const auto in_time = [&](const Error& error) {
    if (!limit.reached) return error;
    return Error{ErrorCode::timed_out, Side::upstream, Retry::no, "no answer in time"};
  };
  const Result<void> connected = co_await connection->stream.connect(probe.endpoint, probe.timeout);
  if (!connected) co_return in_time(connected.error());
  if (!probe.preamble.empty()) {
    std::array<net::asio::const_buffer, 1> preamble = {net::asio::buffer(probe.preamble)};
    const std::span<net::asio::const_buffer> header(preamble);
    const Result<void> told = co_await connection->stream.write(header, probe.timeout);
    if (!told) co_return in_time(told.error());
  }
  if (probe.tls.context) {
    net::TlsPeer whom;
    whom.name = probe.tls.name;
    whom.sends_name = probe.tls.sends_name;
    const Result<void> secured =
        co_await connection->stream.connect_tls(*probe.tls.context, whom, probe.timeout);
    if (!secured) co_return in_time(secured.error());
  }
  Exchange exchange(std::move(connection));
  exchange.allow(probe.timeout);
  std::array<net::asio::const_buffer, 1> parts = {net::asio::buffer(probe.request)};
  const std::span<net::asio::const_buffer> all(parts);
  const Result<void> sent = co_await exchange.send(all, probe.timeout);
  if (!sent) co_return in_time(sent.error());
  const Result<void> head = co_await exchange.read_head(http::Method::get);
  if (!head) co_return in_time(head.error());
  co_return exchange.head().status;
}

}  // namespace signgate::upstream
