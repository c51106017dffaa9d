// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/tls_settings.hpp"
#include "gateway/net/openssl.hpp"
#include "gateway/net/tls_credential_source.hpp"
#include "signing/key_memory.hpp"

/// Certificates with their keys, from files; for the TLS sources alone, as tls_files.hpp.
namespace signgate::net {

class TlsFindings;

/// TlsCredentials are a certificate chain and its private key. Immutable; contexts and connections
/// of any thread share them.
struct TlsCredentials {
  openssl::Certificate leaf;
  openssl::Chain issuers;  // may be empty
  openssl::Key key;
};

/// TlsIdentity names a certificate and its key, and the settings that messages are about.
struct TlsIdentity {
  std::string_view certificate_setting;  // "ssl_certificate"
  std::string_view key_setting;
  std::size_t index = 0;
  const std::string& certificate;
  const std::string& key;
  const std::string& password_file;
  std::string_view password_setting;
};

/// TlsIdentityText is what the two files hold.
struct TlsIdentityText {
  std::string certificate;
  signing::SecretText key;
};

/// read_identity reads the files of an identity. Nothing: it was reported.
[[nodiscard]] std::optional<TlsIdentityText> read_identity(const TlsIdentity& identity,
                                                           TlsFindings& found);

/// parse_identity makes of them what can be used: PEM; the leaf first, its issuers after it. The
/// key may be encrypted with one of the passphrases of the password file, which is read then. Null:
/// no certificate, no key, or one that does not belong to it; warnings: expired, not yet valid.
[[nodiscard]] std::unique_ptr<TlsCredentials> parse_identity(const TlsIdentity& identity,
                                                             const TlsIdentityText& text,
                                                             TlsFindings& found);

/// use_identity reads an identity and adds it to `context`.
void use_identity(SSL_CTX* context, const TlsIdentity& identity, TlsFindings& found);

/// lend_credentials is the source of a context whose certificates variables name. That its password
/// file can be read is seen to now, before a handshake needs it.
[[nodiscard]] std::unique_ptr<TlsCredentialSource> lend_credentials(
    std::string_view prefix, const std::string& password_file, const TlsCertificateCache& cache,
    TlsFindings& found);

/// use_credentials adds them to one connection; false when OpenSSL refuses them.
[[nodiscard]] bool use_credentials(SSL* connection, const TlsCredentials& credentials);

}  // namespace signgate::net
