// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/proxy/services.hpp"
#include "gateway/upstream/group.hpp"

namespace signgate::proxy {

/// local_address is what `proxy_bind` of the route gives for the request; empty where that is off
/// or empty, and where it is no address, which is told as an error (nginx).
[[nodiscard]] std::string local_address(Services& services, const route::Route& route,
                                        const route::VariableValues& values);

/// open_connection makes a new connection to a peer ready for its first request: it connects, from
/// the address `local` unless that is empty, says whose it is where the group tells that by the
/// PROXY protocol, and shakes hands where `target` asks for TLS. Timeouts and the socket's options
/// are those of `settings`. A failure is the step's own; client_left() when `is_wanted` has said
/// no meanwhile, or says so at the end. Empty: nobody is asked.
[[nodiscard]] net::Awaitable<Result<std::unique_ptr<upstream::Connection>>> open_connection(
    Services& services, const Runtime& runtime, const upstream::Group& group,
    std::shared_ptr<upstream::Peer> peer, const upstream::TlsTarget& target,
    const std::string& local, const route::VariableValues& values, const config::Settings& settings,
    const std::function<bool()>& is_wanted);

}  // namespace signgate::proxy
