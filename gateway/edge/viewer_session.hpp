// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/edge/service.hpp"
#include "gateway/edge/viewer_tls.hpp"
#include "gateway/net/io.hpp"
#include "gateway/proxy/http1_client.hpp"

namespace signgate::edge {

/// serve_viewer answers the requests of one connection until it ends. `tls` is null where clear
/// text alone is spoken; `viewer` is the viewer's address, as text. All borrowed things outlive it.
/// The server's thread.
[[nodiscard]] net::Awaitable<void> serve_viewer(Service& service, const ViewerTls* tls,
                                                proxy::Http1Client& client, std::string viewer);

}  // namespace signgate::edge
