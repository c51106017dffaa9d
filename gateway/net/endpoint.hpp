// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/base/network.hpp"
#include "gateway/net/io.hpp"

namespace signgate::net {

using Endpoint = asio::generic::stream_protocol::endpoint;

/// resolve gives the endpoints of a host and port: one for a numeric host, all that the system's
/// resolver knows for a name, the wildcard address for "*". Blocks while it asks: for start and
/// reload, not for requests. Fails with `resource`, whose detail names the host.
[[nodiscard]] Result<std::vector<Endpoint>> resolve(const std::string& host, std::uint16_t port);

/// keep_reachable takes out IPv6 addresses when this machine has no IPv6 address of its own beside
/// loopback and link-local ones, as the system's resolver does (AI_ADDRCONFIG).
void keep_reachable(std::vector<Endpoint>& endpoints);

/// ip_endpoint is the endpoint of an address; not that of a Unix socket's peer.
[[nodiscard]] Endpoint ip_endpoint(const IpAddress& address, std::uint16_t port);

/// unix_endpoint is the endpoint of a unix socket; `resource` when the path is longer than the
/// system takes (107 bytes).
[[nodiscard]] Result<Endpoint> unix_endpoint(const std::string& path);

/// endpoint_text is "ADDRESS:PORT", "[ADDRESS]:PORT" or "unix:PATH", as nginx writes
/// $upstream_addr.
[[nodiscard]] std::string endpoint_text(const Endpoint& endpoint);

/// endpoint_host is the address without the port; "unix:" for a unix socket, as nginx writes
/// $remote_addr.
[[nodiscard]] std::string endpoint_host(const Endpoint& endpoint);

/// endpoint_port is the port, or 0 for a unix socket.
[[nodiscard]] std::uint16_t endpoint_port(const Endpoint& endpoint) noexcept;

}  // namespace signgate::net
