// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/http/proxy_protocol.hpp"
#include "gateway/net/stream.hpp"

namespace signgate::proxy {

/// read_proxy_header reads the PROXY header that a connection begins with, within `timeout`, and
/// not a byte of what follows: that may be a TLS handshake. Fails with what is wrong with the
/// header, with `closed`, or `timed_out`.
[[nodiscard]] net::Awaitable<Result<http::ProxyHeader>> read_proxy_header(net::Stream& stream,
                                                                          Milliseconds timeout);

}  // namespace signgate::proxy
