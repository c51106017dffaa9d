// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/base/tls_settings.hpp"
#include "gateway/net/openssl.hpp"

namespace signgate::net {

class TlsFindings;

/// What both sides' contexts set up alike; for them alone. `prefix` is "ssl_" or "proxy_ssl_", with
/// which the settings' names begin in `found`.

/// set_modes makes connections of `context` fit for non-blocking sockets and cheap to keep: writes
/// may be partial and from other places, and what is read or written leaves no buffer behind (34
/// KiB of an idle connection). Renegotiation and compression are off.
void set_modes(SSL_CTX* context);

/// set_protocols allows the versions that are on.
void set_protocols(SSL_CTX* context, const TlsProtocols& protocols);

/// set_ciphers sets the cipher suites of TLS 1.2.
void set_ciphers(SSL_CTX* context, std::string_view prefix, const std::string& ciphers,
                 TlsFindings& found);

/// run_commands gives OpenSSL the configuration commands, in order.
void run_commands(SSL_CTX* context, std::string_view prefix, const TlsCommands& commands,
                  bool is_server, TlsFindings& found);

}  // namespace signgate::net
