// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// What is said about TLS, as the configuration reads it and the sockets' layer takes it. A member
/// initialiser is the default; names and defaults are nginx's (ngx_http_ssl_module,
/// ngx_http_proxy_module). Paths are ready to open.
namespace signgate {

/// TlsProtocols are the versions that may be negotiated; at least one is on.
struct TlsProtocols {
  bool tls_1_2 = true;
  bool tls_1_3 = true;

  friend bool operator==(const TlsProtocols&, const TlsProtocols&) = default;
};

/// TlsClientVerify says what a client's certificate counts for (ssl_verify_client).
enum class TlsClientVerify : std::uint8_t {
  off,             // none is asked for
  on,              // one that verifies is required
  optional,        // none, or one that verifies
  optional_no_ca,  // none, or one from whatever issuer: the application judges
};

/// TlsSessionCache is where sessions without tickets are kept (ssl_session_cache).
struct TlsSessionCache {
  enum class Kind : std::uint8_t {
    off,      // clients are told that sessions cannot be resumed
    none,     // clients are told that they can, but none is kept
    builtin,  // the server's own, `size` sessions
    shared,   // one of that name for all servers that name it, `size` bytes
  };
  Kind kind = Kind::none;
  std::string name;
  std::uint64_t size = 0;

  friend bool operator==(const TlsSessionCache&, const TlsSessionCache&) = default;
};

/// TlsCommands are lines for OpenSSL's own configuration (ssl_conf_command): name and value, such
/// as "Ciphersuites". SSL_CONF_cmd(3) has them all.
using TlsCommands = std::vector<std::pair<std::string, std::string>>;

/// TlsPaths are the files of one certificate chain and of its key.
struct TlsPaths {
  std::string certificate;
  std::string key;

  friend bool operator==(const TlsPaths&, const TlsPaths&) = default;
  friend auto operator<=>(const TlsPaths&, const TlsPaths&) = default;
};

/// TlsCertificateCache says how many certificates of those that variables name are kept, and how
/// long (ssl_certificate_cache, proxy_ssl_certificate_cache).
struct TlsCertificateCache {
  std::uint32_t max = 0;                      // 0 = "off": files are read for each handshake
  std::chrono::milliseconds inactive{10000};  // one that is not used for so long goes
  std::chrono::milliseconds valid{60000};     // after that its files are read anew

  friend bool operator==(const TlsCertificateCache&, const TlsCertificateCache&) = default;
};

/// TlsServerSettings are one server's side of TLS.
struct TlsServerSettings {
  std::vector<std::string> certificates;      // ssl_certificate: chains, one a key type
  std::vector<std::string> certificate_keys;  // ssl_certificate_key, in the same order
  /// Some of both have variables: then all are as they were written, and loaded in each handshake.
  bool certificates_vary = false;
  TlsCertificateCache certificate_cache;
  std::string password_file;  // for encrypted keys, one passphrase a line
  TlsProtocols protocols;
  std::string ciphers = "HIGH:!aNULL:!MD5";  // of TLS 1.2, as OpenSSL writes them
  /// The one default that is not nginx's, which leaves the choice to the client: testssl.sh and
  /// others find fault with that. A client that prefers ChaCha20 gets it all the same.
  bool prefer_server_ciphers = true;
  std::string ecdh_curve = "auto";  // groups in order of preference, or OpenSSL's own choice
  std::string dhparam;              // empty = no finite-field Diffie-Hellman in TLS 1.2
  TlsCommands conf_commands;
  std::uint64_t buffer_size = 16384;  // bytes in one record; TLS knows none of more than 16384

  TlsSessionCache session_cache;
  std::chrono::milliseconds session_timeout{300000};  // also the life of a ticket
  bool session_tickets = true;
  std::vector<std::string> session_ticket_keys;  // files; none = made and rotated by ourselves

  bool stapling = false;
  std::vector<std::string> stapling_files;  // OCSP responses in DER

  TlsClientVerify verify_client = TlsClientVerify::off;
  std::string client_certificate;   // authorities whose names clients are told
  std::string trusted_certificate;  // authorities whose names they are not told
  std::string crl;
  std::uint32_t verify_depth = 1;

  bool reject_handshake = false;

  friend bool operator==(const TlsServerSettings&, const TlsServerSettings&) = default;
};

/// TlsClientSettings are our side towards an upstream.
struct TlsClientSettings {
  std::string certificate;
  std::string certificate_key;
  bool certificate_varies = false;  // as certificates_vary
  TlsCertificateCache certificate_cache;
  std::string password_file;
  TlsProtocols protocols;
  std::string ciphers = "DEFAULT";
  TlsCommands conf_commands;
  bool verify = false;
  std::string trusted_certificate;
  std::string crl;
  std::uint32_t verify_depth = 1;
  bool session_reuse = true;

  friend bool operator==(const TlsClientSettings&, const TlsClientSettings&) = default;
};

/// TlsFinding is what loading has to say about one setting: its nginx name ("ssl_certificate_key"),
/// which of its values, and one line for the operator, which holds nothing of a key.
struct TlsFinding {
  std::string setting;
  std::size_t index = 0;
  bool is_warning = false;
  std::string message;
};

}  // namespace signgate
