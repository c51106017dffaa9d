// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateway/base/error.hpp"
#include "gateway/edge/edge_setup.hpp"

namespace signgate::edge {

/// OnLine takes one finished log line without a newline: a denial, or why accepting pauses.
/// Signatures in it are masked. It is called on the server's thread.
using OnLine = std::function<void(const std::string& line)>;

/// Server is an edge on a TCP address: HTTP/1.1 in clear text or TLS, on one thread of its own.
/// Every read and write has a deadline, requests are bounded (limits::edge_*), objects are streamed
/// from disk in bounded buffers, and connections are kept alive. start, stop and the destructor
/// belong to one thread.
class Server {
 public:
  /// start opens the bucket, listens and serves from then on. The error's detail says what failed
  /// and why. An empty `on_line` logs nothing.
  [[nodiscard]] static Result<Server> start(EdgeSetup setup, OnLine on_line = {});

  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  /// ~Server stops.
  ~Server();

  /// address is "ADDRESS:PORT" as bound: with port 0 in the setup, the port that was given.
  [[nodiscard]] const std::string& address() const noexcept;
  [[nodiscard]] std::uint16_t port() const noexcept;

  /// admin_address is where admins' calls are taken; empty when nowhere.
  [[nodiscard]] const std::string& admin_address() const noexcept;

  /// fingerprint is the present self-signed certificate's, as browsers show it; empty without one.
  [[nodiscard]] std::string fingerprint() const;

  /// reconfigure takes the distribution with its keys, the bucket's policy, metadata and CORS from
  /// another setup, for requests that arrive from now on, and its certificate (ViewerTls::open) and
  /// the authorities for a store's, read again, for new connections. Addresses, clock and the
  /// bucket's folder stay as they were; so does the cache. An error changes nothing; its detail
  /// says what cannot be used and why. Blocks on files. It belongs to the thread of start and stop.
  [[nodiscard]] Result<void> reconfigure(EdgeSetup setup);

  /// stop ends all connections and waits for the thread. Later calls do nothing.
  void stop();

 private:
  class Loop;
  explicit Server(std::unique_ptr<Loop> loop) noexcept;

  std::unique_ptr<Loop> loop_;
};

}  // namespace signgate::edge
