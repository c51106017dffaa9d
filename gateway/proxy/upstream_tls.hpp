// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/proxy/services.hpp"
#include "gateway/upstream/group.hpp"

namespace signgate::proxy {

/// tls_target is how a request of `route` speaks TLS to its upstream; without a context it does
/// not.
[[nodiscard]] upstream::TlsTarget tls_target(const Runtime& runtime, const route::Route& route,
                                             const route::VariableValues& values);

/// secure shakes hands on a new, connected connection to the address `peer`, within `timeout`, and
/// marks it as one for `target`. It resumes the last session with that peer if there is one. Where
/// variables name our certificate it is loaded before; that it cannot be is `resource`.
[[nodiscard]] net::Awaitable<Result<void>> secure(Services& services,
                                                  upstream::Connection& connection,
                                                  const upstream::TlsTarget& target,
                                                  const Runtime& runtime, std::string_view peer,
                                                  Milliseconds timeout);

/// keep_tls_session keeps what a new connection may be resumed by. Once an answer's head is there:
/// TLS 1.3 sends it after the handshake.
void keep_tls_session(upstream::Connection& connection, const Runtime& runtime,
                      std::string_view peer);

}  // namespace signgate::proxy
