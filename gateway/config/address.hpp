// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// most_ports is how many ports one `listen` may have.
inline constexpr std::size_t most_ports = 1024;

/// expand_listen gives the addresses that a `listen` stands for: "address:8000-8003" is one for
/// each port of the range (nginx), all else is itself. What is no range is left to parse_listen.
[[nodiscard]] Parsed<std::vector<std::string>> expand_listen(std::string_view text);

/// canonical gives a listen address the one spelling that all of its spellings share: "0.0.0.0" is
/// "*", "localhost" "127.0.0.1", and an IPv6 address is in its shortest form. Two are one socket
/// exactly when these are equal and their port is not 0.
[[nodiscard]] Address canonical(Address address);

/// covers says whether connections to `other` arrive at a socket of `wildcard` as well: it is every
/// address of that family at the same port. Both are canonical.
[[nodiscard]] bool covers(const Address& wildcard, const Address& other);

/// parse_peer reads the address of an upstream's server: "host", "host:port", "[v6]:port",
/// "unix:PATH". The port is 1 to 65535, 80 when it is not given.
[[nodiscard]] Parsed<Address> parse_peer(std::string_view text);

}  // namespace signgate::config
