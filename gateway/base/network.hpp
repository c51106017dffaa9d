// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace signgate {

/// IpAddress is the address of a peer in network order; a Unix socket's peer has none.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  std::uint8_t size = 0;  // 4: IPv4, 16: IPv6, 0: the peer of a Unix socket

  /// octets is the address as it is on the wire: nginx's $binary_remote_addr.
  [[nodiscard]] std::string_view octets() const noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), size};
  }
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// parse_ip reads an IPv4 or IPv6 address, or "unix:" for the peer of a Unix socket; nothing for
/// all else, a port and a zone included.
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text) noexcept;

/// parse_peer_ip reads an address as the system shows a peer's: the zone that a link-local one
/// bears ("fe80::1%eth0") is left out.
[[nodiscard]] std::optional<IpAddress> parse_peer_ip(std::string_view text) noexcept;

/// ip_text is the usual form of an address, as nginx's $remote_addr has it.
[[nodiscard]] std::string ip_text(const IpAddress& address);

/// Forwarded is an address with the port that may stand behind it; 0 = none.
struct Forwarded {
  IpAddress address;
  std::uint16_t port = 0;
};

/// parse_ip_port reads "a.b.c.d", "a.b.c.d:port", "v6" and "[v6]:port", the forms that stand in
/// X-Forwarded-For; nothing for all else. Source: nginx, ngx_parse_addr_port.
[[nodiscard]] std::optional<Forwarded> parse_ip_port(std::string_view text) noexcept;

/// Network is a set of addresses, as `allow`, `deny` and `set_real_ip_from` of nginx name them.
struct Network {
  enum class Kind : std::uint8_t { all, unix_socket, v4, v6 };

  Kind kind = Kind::all;
  std::array<std::uint8_t, 16> address{};
  std::uint8_t bits = 0;  // of the address that count

  /// contains says whether an address lies within. An IPv4 address that is mapped into IPv6 counts
  /// as IPv4 (nginx, ngx_http_access_module and ngx_cidr_match).
  [[nodiscard]] bool contains(const IpAddress& peer) const noexcept;

  friend bool operator==(const Network&, const Network&) = default;
};

/// parse_network reads "all", "unix:", an address, or an address with the number of its bits that
/// count ("10.0.0.0/8", "2001:db8::/32"); bits past those are cleared. Nothing for all else.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text) noexcept;

/// contains says whether an address lies within one of the networks.
[[nodiscard]] bool contains(std::span<const Network> networks, const IpAddress& peer) noexcept;

}  // namespace signgate
