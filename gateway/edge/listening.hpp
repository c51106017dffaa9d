// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/base/error.hpp"
#include "gateway/net/listener.hpp"

namespace signgate::edge {

/// listen_on listens at a TCP address, written as nginx's listen. It fails when another program
/// listens there; the detail names the address.
[[nodiscard]] Result<net::ListeningSocket> listen_on(const std::string& text);

}  // namespace signgate::edge
