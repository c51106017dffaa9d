// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/edge/service.hpp"
#include "gateway/net/io.hpp"
#include "gateway/proxy/http1_client.hpp"

namespace signgate::edge {

/// serve_admin answers one request of an admin (admin_calls.hpp) and ends the connection. All
/// borrowed things outlive it. The server's thread.
[[nodiscard]] net::Awaitable<void> serve_admin(Service& service, proxy::Http1Client& client);

}  // namespace signgate::edge
