// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/config/config.hpp"
#include "gateway/net/deadline.hpp"
#include "gateway/net/endpoint.hpp"

namespace signgate::upstream {

/// Probe is one check of a peer: what is sent, where, and how long it may take in all.
struct Probe {
  net::Endpoint endpoint;
  std::string request;  // with a PROXY header before it where the upstream has one
  Milliseconds timeout{5000};
};

/// probe_request is the request of a check: GET, HTTP/1.1, the upstream's name as Host, and after
/// it the connection ends.
[[nodiscard]] std::string probe_request(const config::Upstream& upstream);

/// probe asks a peer on a connection of its own and gives the status of its answer. It never takes
/// longer than the probe's timeout.
[[nodiscard]] net::Awaitable<Result<int>> probe(net::Executor executor, net::DeadlineWheel& wheel,
                                                const Probe& probe);

}  // namespace signgate::upstream
