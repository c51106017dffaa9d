// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/base/error.hpp"
#include "gateway/edge/edge_setup.hpp"
#include "gateway/net/stream.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/tls_session_cache.hpp"

namespace signgate::edge {

/// ViewerTls is the certificate that viewers are met with. The port takes clear text as well, by
/// the first byte of a connection, so that a behaviour can redirect it.
class ViewerTls {
 public:
  /// open reads the files of setup.tls, or makes a certificate and writes it, without its key, to
  /// the file that the setup names. Fails with `resource`; the detail says which file and why.
  [[nodiscard]] static Result<std::unique_ptr<ViewerTls>> open(const EdgeSetup& setup);

  /// fingerprint is that of the self-signed certificate; empty for one from files.
  [[nodiscard]] const std::string& fingerprint() const noexcept { return fingerprint_; }

  /// meet waits for a connection's first byte and makes the handshake where it is one. True: TLS.
  /// An error ends the connection.
  [[nodiscard]] net::Awaitable<Result<bool>> meet(net::Stream& stream) const;

 private:
  ViewerTls() = default;

  net::TlsSessions sessions_;
  std::shared_ptr<const net::TlsServerContext> context_;
  std::string fingerprint_;
};

}  // namespace signgate::edge
