// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_options.hpp"

#include "gateway/net/tls_files.hpp"

namespace signgate::net {

void set_modes(SSL_CTX* context) {
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  // One system call for all that is there, not two for each record.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_SINGLE_DH_USE | SSL_OP_SINGLE_ECDH_USE);
}

void set_protocols(SSL_CTX* context, const TlsProtocols& protocols) {
  SSL_CTX_set_min_proto_version(context, protocols.tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(context, protocols.tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
}

void set_ciphers(SSL_CTX* context, std::string_view prefix, const std::string& ciphers,
                 TlsFindings& found) {
  openssl::forget_errors();
  if (SSL_CTX_set_cipher_list(context, ciphers.c_str()) == 1) return;
  found.error(
      std::string(prefix) + "ciphers", 0,
      "OpenSSL has no cipher suites for " + quoted(ciphers) + ": see openssl ciphers -v LIST");
  openssl::forget_errors();
}

void run_commands(SSL_CTX* context, std::string_view prefix, const TlsCommands& commands,
                  bool is_server, TlsFindings& found) {
  if (commands.empty()) return;
  const std::unique_ptr<SSL_CONF_CTX, openssl::Free<SSL_CONF_CTX_free>> runner(SSL_CONF_CTX_new());
  SSL_CONF_CTX_set_flags(
      runner.get(), SSL_CONF_FLAG_FILE | SSL_CONF_FLAG_SHOW_ERRORS | SSL_CONF_FLAG_CERTIFICATE |
                        SSL_CONF_FLAG_REQUIRE_PRIVATE |
                        (is_server ? SSL_CONF_FLAG_SERVER : SSL_CONF_FLAG_CLIENT));
  SSL_CONF_CTX_set_ssl_ctx(runner.get(), context);
  const std::string setting = std::string(prefix) + "conf_command";
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto& [name, value] = commands[i];
    openssl::forget_errors();
    const int done = SSL_CONF_cmd(runner.get(), name.c_str(), value.c_str());
    const std::string reason = openssl::take_reason();
    if (done == -2) {
      found.error(setting, i, "OpenSSL knows no command " + quoted(name) + ": see SSL_CONF_cmd(3)");
    } else if (done <= 0) {
      found.error(setting, i,
                  "OpenSSL refuses " + quoted(name + " = " + value) +
                      (reason.empty() ? "" : ": " + reason));
    }
  }
  if (SSL_CONF_CTX_finish(runner.get()) != 1) {
    const std::string reason = openssl::take_reason();
    found.error(setting, 0, "OpenSSL refuses the commands together: " + reason);
  }
}

}  // namespace signgate::net
