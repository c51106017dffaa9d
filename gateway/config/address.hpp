// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// Address is host and port, or the path of a Unix socket.
struct Address {
  std::string host;  // name, IPv4 or IPv6 without brackets; "*" = every address (listen only)
  std::uint16_t port = 80;  // meaningless for a Unix socket
  std::string unix_path;    // not empty: a Unix socket

  /// is_numeric says whether the host is an address, which no name server has to be asked for.
  [[nodiscard]] bool is_numeric() const;

  friend bool operator==(const Address&, const Address&) = default;
};

/// parse_listen reads nginx's `listen` address: "address:port", "[::]:port", "address" (port 80),
/// "port",
/// "*:port", "unix:PATH". The address is numeric, "*" or "localhost"; port 0 means any free port.
[[nodiscard]] Parsed<Address> parse_listen(std::string_view text);

/// parse_peer reads the address of an upstream's server: "host", "host:port", "[v6]:port",
/// "unix:PATH". The port is 1 to 65535, 80 when it is not given.
[[nodiscard]] Parsed<Address> parse_peer(std::string_view text);

}  // namespace signgate::config
