// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/proxy/services.hpp"
#include "gateway/upstream/group.hpp"

namespace signgate::proxy {

/// open_connection makes a new connection to a peer ready for its first request: it connects, says
/// whose it is where the group tells that by the PROXY protocol, and shakes hands where `target`
/// asks for TLS. The timeouts are those of `settings`. A failure is the step's own.
[[nodiscard]] net::Awaitable<Result<std::unique_ptr<upstream::Connection>>> open_connection(
    Services& services, const Runtime& runtime, const upstream::Group& group,
    std::shared_ptr<upstream::Peer> peer, const upstream::TlsTarget& target,
    const route::VariableValues& values, const config::Settings& settings);

}  // namespace signgate::proxy
