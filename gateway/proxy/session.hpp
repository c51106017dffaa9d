// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/net/endpoint.hpp"
#include "gateway/proxy/services.hpp"

namespace signgate::proxy {

/// serve_connection serves a client's connection to its end: request after request. It owns the
/// socket; `services` outlives it; `remote` is not needed after the call. `listen` is the index of
/// the listener's address in the router. Counts itself in Services::connections,
/// and its requests in Services::answering.
[[nodiscard]] net::Awaitable<void> serve_connection(net::Socket socket, const net::Endpoint& remote,
                                                    std::size_t listen, Services* services);

}  // namespace signgate::proxy
