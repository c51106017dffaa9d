// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/openssl.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/tls_credentials.hpp"
#include "gateway/net/tls_files.hpp"
#include "gateway/net/tls_options.hpp"
#include "signing/key_memory.hpp"

namespace signgate::net {

std::shared_ptr<const TlsClientContext> TlsClientContext::make(const TlsClientSettings& settings,
                                                               std::vector<TlsFinding>& findings) {
  constexpr std::string_view prefix = "proxy_ssl_";
  TlsFindings found(findings);
  signing::prepare_key_memory();
  const std::shared_ptr<TlsClientContext> made(new TlsClientContext);
  made->context_ = SSL_CTX_new(TLS_client_method());
  if (made->context_ == nullptr) {
    found.error("proxy_pass", 0, "OpenSSL cannot begin: " + openssl::take_reason());
    return nullptr;
  }
  SSL_CTX* context = made->context_;
  set_modes(context);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  set_protocols(context, settings.protocols);
  set_ciphers(context, prefix, settings.ciphers, found);
  if (settings.certificate_varies) {
    made->credentials_ =
        lend_credentials(prefix, settings.password_file, settings.certificate_cache, found);
  } else if (!settings.certificate.empty()) {
    use_identity(context,
                 {.certificate_setting = "proxy_ssl_certificate",
                  .key_setting = "proxy_ssl_certificate_key",
                  .certificate = settings.certificate,
                  .key = settings.certificate_key,
                  .password_file = settings.password_file,
                  .password_setting = "proxy_ssl_password_file"},
                 found);
  }
  if (!settings.trusted_certificate.empty())
    trust(context, "proxy_ssl_trusted_certificate", settings.trusted_certificate, found);
  if (!settings.crl.empty()) use_crl(context, "proxy_ssl_crl", settings.crl, found);
  if (settings.verify) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_verify_depth(context, static_cast<int>(settings.verify_depth));
  }
  run_commands(context, prefix, settings.conf_commands, false, found);
  made->verifies_ = settings.verify;
  made->reuses_sessions_ = settings.session_reuse;
  if (found.has_error()) return nullptr;
  return made;
}

TlsClientContext::~TlsClientContext() {
  SSL_CTX_free(context_);
}

}  // namespace signgate::net
