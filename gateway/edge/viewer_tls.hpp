// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/edge/edge_setup.hpp"
#include "gateway/net/stream.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/tls_session_cache.hpp"

namespace signgate::edge {

/// ViewerTls is the certificate that viewers are met with. The port takes clear text as well, by
/// the first byte of a connection, so that a behaviour can redirect it. Immutable.
class ViewerTls {
 public:
  using Shared = std::shared_ptr<const ViewerTls>;

  /// open reads the files of setup.tls, or makes a certificate and writes it, without its key, to
  /// the file that the setup names. `former` is what viewers were met with so far, or null: a
  /// self-signed one for the same names and file is given back as it is, since viewers may have
  /// come to trust it, and sessions outlive a certificate that was read again. Fails with
  /// `resource`; the detail says which file and why. Blocks on files.
  [[nodiscard]] static Result<Shared> open(const EdgeSetup& setup, const Shared& former);

  /// fingerprint is that of the self-signed certificate; empty for one from files.
  [[nodiscard]] const std::string& fingerprint() const noexcept { return fingerprint_; }

  /// meet waits for a connection's first byte and makes the handshake where it is one. True: TLS.
  /// An error ends the connection.
  [[nodiscard]] net::Awaitable<Result<bool>> meet(net::Stream& stream) const;

 private:
  ViewerTls() = default;

  [[nodiscard]] Result<void> sign_itself(const EdgeSetup& setup);
  [[nodiscard]] Result<void> load(const std::string& certificate, const std::string& key);

  std::shared_ptr<net::TlsSessions> sessions_;
  std::shared_ptr<const net::TlsServerContext> context_;
  std::string fingerprint_;
  std::vector<std::string> names_;  // beside localhost, of the self-signed one
  std::string file_;                // that it was written to
};

}  // namespace signgate::edge
