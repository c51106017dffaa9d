// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/base/error.hpp"
#include "gateway/base/listen_options.hpp"
#include "gateway/config/address.hpp"
#include "gateway/net/endpoint.hpp"

namespace signgate::server {

/// endpoint_of is a listen address for the system. It asks no name server. Fails with `resource`,
/// one line for the operator, as the others do.
[[nodiscard]] Result<net::Endpoint> endpoint_of(const config::Address& address);

/// check_free fails when somebody listens at the address (net::ListeningSocket::check_free).
[[nodiscard]] Result<void> check_free(const config::Address& at, const ListenOptions& options);

/// remove_file takes away the file of a unix socket, given as net::endpoint_text has it; other
/// addresses have none.
void remove_file(const std::string& bound);

}  // namespace signgate::server
