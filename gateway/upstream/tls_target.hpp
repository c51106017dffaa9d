// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/base/tls_settings.hpp"
#include "gateway/net/tls_link.hpp"

namespace signgate::upstream {

/// TlsTarget is how a route speaks TLS to its upstream; without a context it does not.
struct TlsTarget {
  std::shared_ptr<const net::TlsClientContext> context;
  std::string name;         // whom the certificate has to be for
  bool sends_name = false;  // SNI
  TlsPaths paths = {};      // of our own certificate, where variables name it

  /// A connection serves targets that are equal alone: with another context or name its peer may
  /// never have proved what this one asks for, and with other paths we are somebody else to it.
  friend bool operator==(const TlsTarget&, const TlsTarget&) = default;
};

/// tls_host is the host of proxy_ssl_name's value: without port and brackets; "localhost" for a
/// Unix socket. Source: nginx, ngx_http_upstream_ssl_name.
[[nodiscard]] std::string tls_host(std::string_view name);

/// TlsSessionMemory holds what connections to upstreams may resume, by target and peer. One
/// worker's, for one configuration; at most limits::tls_upstream_sessions are kept.
class TlsSessionMemory {
 public:
  /// find gives the session last kept for that target and peer, or null.
  [[nodiscard]] net::TlsSession find(const TlsTarget& target, std::string_view peer) const;

  /// keep replaces it; null is not kept.
  void keep(const TlsTarget& target, std::string_view peer, net::TlsSession session);

  /// forget drops it: what did not serve once will not serve again.
  void forget(const TlsTarget& target, std::string_view peer);

 private:
  std::unordered_map<std::string, net::TlsSession> sessions_;
};

}  // namespace signgate::upstream
