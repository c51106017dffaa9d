// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace signgate {

/// ListenOptions are the parameters of `listen` that are set on the listening socket; those of
/// nginx that it has on Linux. `reuseport` is not among them: every worker has a socket of its own
/// anyway; nor is `bind`, which all of them imply.
struct ListenOptions {
  /// TcpKeepalive is so_keepalive: whether silent connections are probed, and how; 0 = as the
  /// system has it.
  struct TcpKeepalive {
    bool on = true;
    std::uint32_t idle = 0;      // seconds of silence before the first probe
    std::uint32_t interval = 0;  // seconds between probes
    std::uint32_t count = 0;     // probes without an answer that end the connection

    friend bool operator==(const TcpKeepalive&, const TcpKeepalive&) = default;
  };

  std::uint32_t backlog = 511;  // connections that wait to be accepted; nginx's default
  bool ipv6only = true;         // false: "[::]" takes IPv4 as well
  bool deferred = false;        // accepted when the first bytes have come
  std::uint32_t fastopen = 0;   // TCP Fast Open: handshakes under way; 0 = off
  std::uint32_t rcvbuf = 0;     // bytes of SO_RCVBUF; 0 = as the system has it
  std::uint32_t sndbuf = 0;     // of SO_SNDBUF
  std::optional<TcpKeepalive> so_keepalive = {};  // none: as the system has it

  friend bool operator==(const ListenOptions&, const ListenOptions&) = default;
};

}  // namespace signgate
