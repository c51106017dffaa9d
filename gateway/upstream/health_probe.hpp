// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/config/config.hpp"
#include "gateway/net/deadline.hpp"
#include "gateway/net/endpoint.hpp"
#include "gateway/upstream/tls_target.hpp"

namespace signgate::upstream {

/// Probe is one check of a peer: what is sent, where, and how long it may take in all.
struct Probe {
  net::Endpoint endpoint;
  std::string preamble;  // a PROXY header where the upstream has one: before TLS
  std::string request;
  TlsTarget tls;  // without a context the check is a plain one
  Milliseconds timeout{5000};
};

/// probe_preamble is the PROXY header of a check, which has no client; "" where the upstream wants
/// none.
[[nodiscard]] std::string probe_preamble(const config::Upstream& upstream);

/// probe_request is the request of a check: GET, HTTP/1.1, the check's host as Host or else the
/// upstream's name, and after it the connection ends. The upstream has a health_check.
[[nodiscard]] std::string probe_request(const config::Upstream& upstream);

/// probe asks a peer on a connection of its own and gives the status of its answer. It never takes
/// longer than the probe's timeout. A certificate that does not verify, where the context verifies,
/// is an error that says why.
[[nodiscard]] net::Awaitable<Result<int>> probe(net::Executor executor, net::DeadlineWheel& wheel,
                                                const Probe& probe);

}  // namespace signgate::upstream
