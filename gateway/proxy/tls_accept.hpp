// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/http1_client.hpp"
#include "gateway/proxy/services.hpp"

namespace signgate::proxy {

/// open_tls begins a connection to an address where clients speak TLS: the handshake, with the
/// certificate of the server that the client names (nginx's order of names, the default server's
/// without a name or for one that is unknown), all of it within the default server's
/// client_header_timeout. True: `viewer` says of which kind the connection is; one that begins with
/// plain HTTP is let in too, so that its first request can be answered with 400 (nginx's 497).
/// False: there is nobody, or the handshake failed, which is counted and told to the error log at
/// the level info.
[[nodiscard]] net::Awaitable<bool> open_tls(Http1Client& client, Viewer& viewer,
                                            Services* services);

/// tls_refusal is the status that a request on such a connection is answered with before anything
/// else, or 0: 497 for plain HTTP, and those of ClientTls::refusal.
[[nodiscard]] int tls_refusal(const Viewer& viewer, const Runtime& runtime,
                              const route::Server& server);

}  // namespace signgate::proxy
