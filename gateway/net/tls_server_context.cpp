// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/tls1.h>

#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/net/context_data.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/tls_credentials.hpp"
#include "gateway/net/tls_files.hpp"
#include "gateway/net/tls_options.hpp"
#include "gateway/net/tls_session_cache.hpp"
#include "gateway/net/tls_stapling.hpp"
#include "gateway/net/tls_tickets.hpp"
#include "signing/key_memory.hpp"

namespace signgate::net {
namespace {

// What decides how far a client's certificate is believed, hung on the context for is_verified_by.
struct VerifyDigest {
  std::string bytes;
};

// The server name of a client's hello, RFC 6066 section 3: a list with one host name.
std::string_view server_name_of(SSL* ssl) {
  const unsigned char* data = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &data, &size) != 1) return {};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto number = [&](std::size_t at) {
    return static_cast<std::size_t>(data[at]) << 8 | data[at + 1];
  };
  if (size < 5 || number(0) != size - 2 || data[2] != TLSEXT_NAMETYPE_host_name) return {};
  const std::size_t length = number(3);
  if (length > size - 5 || length > TLSEXT_MAXLEN_host_name) return {};
  return bytes.substr(5, length);
}

// Before anything of the hello is acted upon: what SSL_set_SSL_CTX leaves as the first context had
// it has to follow too, or a session of another server would count here.
int on_client_hello(SSL* ssl, int* alert, void*) {
  const auto* greeting = static_cast<const TlsGreeting*>(SSL_get_app_data(ssl));
  const TlsServerContext* chosen =
      greeting == nullptr ? nullptr : (*greeting->choose)(server_name_of(ssl));
  if (chosen == nullptr) return SSL_CLIENT_HELLO_SUCCESS;
  if (chosen->rejects()) {
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_CLIENT_HELLO_ERROR;
  }
  SSL_CTX* context = chosen->handle();
  if (context == SSL_get_SSL_CTX(ssl)) return SSL_CLIENT_HELLO_SUCCESS;
  if (SSL_set_SSL_CTX(ssl, context) == nullptr) return SSL_CLIENT_HELLO_ERROR;
  SSL_set_verify(ssl, SSL_CTX_get_verify_mode(context), SSL_CTX_get_verify_callback(context));
  SSL_set_verify_depth(ssl, SSL_CTX_get_verify_depth(context));
  SSL_clear_options(ssl, SSL_get_options(ssl) & ~SSL_CTX_get_options(context));
  SSL_set_options(ssl, SSL_CTX_get_options(context));
  SSL_set_min_proto_version(ssl, static_cast<int>(SSL_CTX_get_min_proto_version(context)));
  SSL_set_max_proto_version(ssl, static_cast<int>(SSL_CTX_get_max_proto_version(context)));
  SSL_set_max_send_fragment(ssl, chosen->record_size());
  return SSL_CLIENT_HELLO_SUCCESS;
}

// SSL_CTX_set_cert_cb(3): 1 = go on, 0 = fail, -1 = wait. Where certificates are lent; a session
// that is resumed needs none, and does not come here.
int on_certificate(SSL* ssl, void*) {
  const auto* greeting = static_cast<const TlsGreeting*>(SSL_get_app_data(ssl));
  if (greeting == nullptr || greeting->is_withheld) return 0;
  return SSL_get_certificate(ssl) != nullptr ? 1 : -1;
}

int on_server_name(SSL*, int*, void*) {
  return SSL_TLSEXT_ERR_OK;  // so that a TLS 1.2 session remembers it
}

// RFC 7301. A client that offers nothing of ours is told so, as nginx does.
int on_alpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
            unsigned int offered_size, void*) {
  static constexpr std::string_view ours = "\x08http/1.1\x08http/1.0\x08http/0.9";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned int>(ours.size()), offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// A bad certificate is answered with a page (495), not with an alert.
int accept_any_certificate(int, X509_STORE_CTX*) {
  return 1;
}

void set_curves(SSL_CTX* context, const std::string& curves, TlsFindings& found) {
  if (curves == "auto") return;
  openssl::forget_errors();
  if (SSL_CTX_set1_curves_list(context, curves.c_str()) == 1) return;
  openssl::forget_errors();
  found.error("ssl_ecdh_curve", 0,
              "OpenSSL does not know all of " + quoted(curves) +
                  ": write \"auto\" or names such as \"X25519:prime256v1\"");
}

void set_dhparam(SSL_CTX* context, const std::string& path, TlsFindings& found) {
  if (path.empty()) return;
  std::string pem;
  if (!read_tls_file("ssl_dhparam", 0, path, found, pem)) return;
  openssl::forget_errors();
  const openssl::Bio bio = openssl::reader(pem);
  openssl::Key parameters(PEM_read_bio_Parameters(bio.get(), nullptr));
  if (!parameters || SSL_CTX_set0_tmp_dh_pkey(context, parameters.get()) != 1) {
    std::string reason = openssl::take_reason();
    found.error("ssl_dhparam", 0,
                quoted(path) + " holds no usable Diffie-Hellman parameters in PEM" +
                    (reason.empty() ? "" : ": " + std::move(reason)));
    return;
  }
  static_cast<void>(parameters.release());
}

void name_authorities(SSL_CTX* context, const std::string& pem) {
  const openssl::Bio bio = openssl::reader(pem);
  STACK_OF(X509_NAME)* names = sk_X509_NAME_new_null();
  while (true) {
    const openssl::Certificate authority(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!authority) break;
    X509_NAME* name = X509_NAME_dup(X509_get_subject_name(authority.get()));
    if (name != nullptr && sk_X509_NAME_push(names, name) == 0) X509_NAME_free(name);
  }
  openssl::forget_errors();
  SSL_CTX_set_client_CA_list(context, names);
}

// The rule and all that it stands on: equal digests judge a client's certificate alike.
std::string set_verify(SSL_CTX* context, const TlsServerSettings& settings, TlsFindings& found) {
  std::string basis = std::to_string(static_cast<int>(settings.verify_client)) + ' ' +
                      std::to_string(settings.verify_depth);
  const auto add = [&](std::string_view setting, const std::string& path) {
    std::string pem;
    basis += '\0';
    if (!path.empty() && read_tls_file(setting, 0, path, found, pem)) basis += pem;
    return pem;
  };
  if (!settings.client_certificate.empty()) {
    const std::string pem = add("ssl_client_certificate", settings.client_certificate);
    trust(context, "ssl_client_certificate", settings.client_certificate, found);
    name_authorities(context, pem);
  }
  add("ssl_trusted_certificate", settings.trusted_certificate);
  add("ssl_crl", settings.crl);
  if (!settings.trusted_certificate.empty())
    trust(context, "ssl_trusted_certificate", settings.trusted_certificate, found);
  if (!settings.crl.empty()) use_crl(context, "ssl_crl", settings.crl, found);
  SSL_CTX_set_verify_depth(context, static_cast<int>(settings.verify_depth));
  if (settings.verify_client != TlsClientVerify::off)
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &accept_any_certificate);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(basis.data(), basis.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

// Sessions hold for servers with the same certificates and the same rules about clients alone.
void set_session_id_context(SSL_CTX* context, const TlsServerSettings& settings,
                            const std::string& verify_digest) {
  std::string basis = verify_digest;
  if (settings.certificates_vary) {
    for (const auto* texts : {&settings.certificates, &settings.certificate_keys}) {
      for (const std::string& text : *texts)
        basis.append(text).append(1, '\0');
    }
  }
  for (long more = SSL_CTX_set_current_cert(context, SSL_CERT_SET_FIRST); more == 1;
       more = SSL_CTX_set_current_cert(context, SSL_CERT_SET_NEXT)) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    const X509* leaf = SSL_CTX_get0_certificate(context);
    if (leaf != nullptr && X509_digest(leaf, EVP_sha256(), digest.data(), &size) == 1)
      basis.append(reinterpret_cast<const char*>(digest.data()), size);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> id{};
  unsigned int size = 0;
  EVP_Digest(basis.data(), basis.size(), id.data(), &size, EVP_sha256(), nullptr);
  SSL_CTX_set_session_id_context(context, id.data(), size);
}

void use_certificates(SSL_CTX* context, const TlsServerSettings& settings, TlsFindings& found) {
  for (std::size_t i = 0; i < settings.certificates.size(); ++i) {
    use_identity(context,
                 {.certificate_setting = "ssl_certificate",
                  .key_setting = "ssl_certificate_key",
                  .index = i,
                  .certificate = settings.certificates[i],
                  .key = settings.certificate_keys[i],
                  .password_file = settings.password_file,
                  .password_setting = "ssl_password_file"},
                 found);
  }
}

void set_resumption(SSL_CTX* context, const TlsServerSettings& settings, TlsSessions& sessions,
                    TlsFindings& found) {
  use_session_cache(context, settings.session_cache, settings.session_timeout, sessions);
  if (!settings.session_tickets) SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  use_tickets(context, settings.session_ticket_keys.empty()
                           ? sessions.ticket_keys(settings.session_timeout)
                           : read_ticket_keys(settings.session_ticket_keys, found));
}

}  // namespace

std::shared_ptr<const TlsServerContext> TlsServerContext::make(const TlsServerSettings& settings,
                                                               TlsSessions& sessions,
                                                               std::vector<TlsFinding>& findings) {
  constexpr std::string_view prefix = "ssl_";
  TlsFindings found(findings);
  signing::prepare_key_memory();
  const std::shared_ptr<TlsServerContext> made(new TlsServerContext);
  made->context_ = SSL_CTX_new(TLS_server_method());
  if (made->context_ == nullptr) {
    found.error("listen", 0, "OpenSSL cannot begin: " + openssl::take_reason());
    return nullptr;
  }
  SSL_CTX* context = made->context_;
  made->rejects_ = settings.reject_handshake;
  made->verify_ = settings.verify_client;
  made->record_size_ =
      static_cast<long>(std::min<std::uint64_t>(settings.buffer_size, limits::tls_record));
  SSL_CTX_set_max_send_fragment(context, made->record_size_);
  set_modes(context);
  // Many clients close without close_notify. OpenSSL would drop their sessions for it, and nothing
  // that a client sends ends by the close alone.
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  set_protocols(context, settings.protocols);
  set_ciphers(context, prefix, settings.ciphers, found);
  set_curves(context, settings.ecdh_curve, found);
  set_dhparam(context, settings.dhparam, found);
  if (settings.prefer_server_ciphers)
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  if (settings.certificates_vary) {
    made->credentials_ =
        lend_credentials(prefix, settings.password_file, settings.certificate_cache, found);
    SSL_CTX_set_cert_cb(context, &on_certificate, nullptr);
  } else {
    use_certificates(context, settings, found);
  }
  if (settings.stapling) use_stapling(context, settings.stapling_files, found);
  made->verify_digest_ = set_verify(context, settings, found);
  openssl::ContextData<VerifyDigest>::put(
      context, std::make_shared<VerifyDigest>(VerifyDigest{made->verify_digest_}));
  set_session_id_context(context, settings, made->verify_digest_);
  set_resumption(context, settings, sessions, found);
  SSL_CTX_set_client_hello_cb(context, &on_client_hello, nullptr);
  SSL_CTX_set_tlsext_servername_callback(context, &on_server_name);
  SSL_CTX_set_alpn_select_cb(context, &on_alpn, nullptr);
  run_commands(context, prefix, settings.conf_commands, true, found);
  if (found.has_error()) return nullptr;
  return made;
}

TlsServerContext::~TlsServerContext() {
  SSL_CTX_free(context_);
}

bool TlsServerContext::is_verified_by(const ssl_st* connection) const noexcept {
  const auto* digest = openssl::ContextData<VerifyDigest>::get(SSL_get_SSL_CTX(connection));
  return digest != nullptr && digest->bytes == verify_digest_;
}

}  // namespace signgate::net
