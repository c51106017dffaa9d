// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/tls_settings.hpp"
#include "gateway/net/openssl.hpp"
#include "signing/key_memory.hpp"

/// Reading what TLS settings name into an SSL_CTX; the TLS contexts alone include this. Each
/// function reads files and so may block, adds what is wrong to `found`, and keeps secrets in the
/// key memory (signing/key_memory).
namespace signgate::net {

/// TlsFindings gathers what loading found.
class TlsFindings {
 public:
  explicit TlsFindings(std::vector<TlsFinding>& found) noexcept : found_(found) {}

  void error(std::string_view setting, std::size_t index, std::string message);
  void warning(std::string_view setting, std::size_t index, std::string message);
  [[nodiscard]] bool has_error() const noexcept { return has_error_; }

 private:
  std::vector<TlsFinding>& found_;
  bool has_error_ = false;
};

/// quoted is a path as messages cite it.
[[nodiscard]] std::string quoted(std::string_view path);

/// time_text is a certificate's time as OpenSSL writes it.
[[nodiscard]] std::string time_text(const ASN1_TIME* time);

/// read_tls_file reads a file that holds no secret, of at most limits::tls_file bytes. False: it
/// was reported.
[[nodiscard]] bool read_tls_file(std::string_view setting, std::size_t index,
                                 const std::string& path, TlsFindings& found, std::string& out);

/// read_secret_file reads one that does, of at most limits::key_file bytes, into `out`.
[[nodiscard]] bool read_secret_file(std::string_view setting, std::size_t index,
                                    const std::string& path, TlsFindings& found,
                                    signing::SecretText& out);

/// trust adds the authorities of a PEM file to those that peers' certificates are verified by.
void trust(SSL_CTX* context, std::string_view setting, const std::string& path, TlsFindings& found);

/// use_crl adds the revocation lists of a PEM file and has every certificate of a chain looked up.
void use_crl(SSL_CTX* context, std::string_view setting, const std::string& path,
             TlsFindings& found);

}  // namespace signgate::net
