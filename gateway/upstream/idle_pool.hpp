// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/net/stream.hpp"
#include "gateway/upstream/peer.hpp"
#include "gateway/upstream/tls_target.hpp"

namespace signgate::upstream {

/// Connection is an open connection to a peer; whoever holds it uses it alone.
struct Connection {
  Connection(net::Socket socket, net::DeadlineWheel& wheel, std::shared_ptr<Peer> to)
      : stream(std::move(socket), wheel, Side::upstream), peer(std::move(to)) {}

  net::Stream stream;
  std::shared_ptr<Peer> peer;
  bool bound = false;          // it began with one client's address (PROXY protocol): never kept
  TlsTarget tls;               // what it was made for
  std::string local;           // the address that it was bound to; empty: the system's choice
  std::uint64_t requests = 0;  // sent on it, the present one included
  SteadyTime opened = std::chrono::steady_clock::now();
  SteadyTime idle_since{};
};

/// IdlePool holds the connections of one upstream on one worker that wait for their next request.
/// Source: nginx, `keepalive`, `keepalive_requests`, `keepalive_time`, `keepalive_timeout`.
class IdlePool {
 public:
  /// configure takes the limits from now on; a reload may change them.
  void configure(const config::Upstream& settings);

  /// Use is what a connection is for: one to that peer that was made for `tls`, from the address
  /// `local`. `repeats`: the request may be sent again on another one, as it is idempotent, so what
  /// the event loop knows of the connection is enough; for others the system is asked.
  struct Use {
    const Peer& peer;
    const TlsTarget& tls;
    std::string_view local;
    bool repeats;
  };

  /// take gives the youngest connection for that use that is still open and silent, or null.
  [[nodiscard]] std::unique_ptr<Connection> take(const Use& use);

  /// put keeps a connection whose last exchange ended cleanly, unless its limits are reached; the
  /// oldest one goes when there are more than `keepalive`.
  void put(std::unique_ptr<Connection> connection);

  /// sweep closes connections that are too old, or that the peer has closed.
  void sweep(SteadyTime now);

  /// drop closes those to a peer that has left the upstream.
  void drop(const Peer& peer);

  void clear() noexcept { idle_.clear(); }
  [[nodiscard]] std::size_t size() const noexcept { return idle_.size(); }

 private:
  std::size_t most_ = 0;
  std::uint64_t requests_ = 0;
  Milliseconds time_{0};
  Milliseconds timeout_{0};
  std::vector<std::unique_ptr<Connection>> idle_;  // oldest first
};

}  // namespace signgate::upstream
