// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "gateway/config/config.hpp"
#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// read_listen_parameters reads what stands behind the address in `listen`, from `begin` on:
/// nginx's ssl, default_server, proxy_protocol, bind, reuseport, deferred, backlog=N, fastopen=N,
/// rcvbuf=SIZE, sndbuf=SIZE, ipv6only=on|off, so_keepalive=on|off|IDLE:INTERVAL:COUNT. `takes_any`
/// false: there may be none. A flaw's offset is in `text`.
[[nodiscard]] std::optional<Flaw> read_listen_parameters(std::string_view text, std::size_t begin,
                                                         bool takes_any, Listen& listen);

}  // namespace signgate::config
