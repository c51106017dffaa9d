// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/net/tls_context.hpp"
#include "gateway/route/tls_values.hpp"

namespace signgate::proxy {

/// ClientTls is the TLS of a client's connection as requests see it: its variables, and what its
/// certificate is worth to a server. It belongs to the connection, which outlives it.
class ClientTls final : public route::TlsValues {
 public:
  explicit ClientTls(ssl_st* connection) noexcept : connection_(connection) {}

  /// append writes what nginx has for the variable: ngx_http_ssl_module, embedded variables.
  void append(route::TlsVariable variable, std::string& out) const override;

  /// server_name is what the client asked for, or "" (SNI).
  [[nodiscard]] std::string_view server_name() const noexcept;

  [[nodiscard]] bool is_resumed() const noexcept;

  /// refusal is the status that a request for `server` is answered with, or 0: 495 for a
  /// certificate that does not verify, 496 for none where one is required, 421 when the connection
  /// was made under another server's rules about certificates, and `has_named` says that its client
  /// named a server that is there (nginx), or it has a certificate: what that proved there counts
  /// for nothing here. Without both it is a connection without a certificate.
  [[nodiscard]] int refusal(const net::TlsServerContext& server, bool has_named) const;

 private:
  ssl_st* connection_;
};

}  // namespace signgate::proxy
