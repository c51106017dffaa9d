// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/client_tls.hpp"

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <openssl/x509.h>

#include <array>
#include <memory>
#include <vector>

#include "gateway/net/openssl.hpp"
#include "gateway/proxy/tls_signature.hpp"

namespace signgate::proxy {
namespace {

namespace openssl = net::openssl;
using route::TlsVariable;

openssl::Bio memory() {
  return openssl::Bio(BIO_new(BIO_s_mem()));
}

void append_text(const char* text, std::string& out) {
  if (text != nullptr) out += text;
}

void append_hex(const unsigned char* bytes, std::size_t size, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < size; ++i) {
    out += digits[bytes[i] >> 4];
    out += digits[bytes[i] & 15];
  }
}

// A number that OpenSSL has no name for, as nginx writes it.
void append_code(unsigned int code, std::string& out) {
  const std::array<unsigned char, 2> bytes = {static_cast<unsigned char>(code >> 8),
                                              static_cast<unsigned char>(code)};
  out += "0x";
  append_hex(bytes.data(), bytes.size(), out);
}

void append_curve(int nid, std::string& out) {
  if ((nid & TLSEXT_nid_unknown) != 0) {
    append_code(static_cast<unsigned int>(nid) & 0xFFFF, out);
  } else if (nid != NID_undef) {
    append_text(OBJ_nid2sn(nid), out);
  }
}

void append_curves(SSL* ssl, std::string& out) {
  const long count = SSL_get1_curves(ssl, nullptr);
  if (count <= 0) return;
  std::vector<int> curves(static_cast<std::size_t>(count));
  SSL_get1_curves(ssl, curves.data());
  for (std::size_t i = 0; i < curves.size(); ++i) {
    if (i > 0) out += ':';
    append_curve(curves[i], out);
  }
}

void append_ciphers(SSL* ssl, std::string& out) {
  constexpr std::size_t code_size = 2;
  const unsigned char* codes = nullptr;
  const auto size = static_cast<std::size_t>(SSL_get0_raw_cipherlist(ssl, &codes));
  for (std::size_t i = 0; i + code_size <= size; i += code_size) {
    if (i > 0) out += ':';
    const SSL_CIPHER* cipher = SSL_CIPHER_find(ssl, codes + i);
    if (cipher != nullptr)
      append_text(SSL_CIPHER_get_name(cipher), out);
    else
      append_code(static_cast<unsigned int>(codes[i]) << 8 | codes[i + 1], out);
  }
}

void append_verify(const SSL* ssl, const X509* certificate, std::string& out) {
  const long result = SSL_get_verify_result(ssl);
  if (certificate == nullptr) {
    out += "NONE";
  } else if (result == X509_V_OK) {
    out += "SUCCESS";
  } else {
    out += "FAILED:";
    append_text(X509_verify_cert_error_string(result), out);
  }
}

std::string pem_of(X509* certificate) {
  const openssl::Bio bio = memory();
  if (PEM_write_bio_X509(bio.get(), certificate) != 1) return {};
  std::string text = openssl::text_of(bio.get());
  while (text.ends_with('\n'))
    text.pop_back();
  return text;
}

// nginx's $ssl_client_cert: what fits into a header field that may be folded.
void append_folded(const std::string& pem, std::string& out) {
  for (const char c : pem) {
    out += c;
    if (c == '\n') out += '\t';
  }
}

void append_escaped(const std::string& pem, std::string& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : pem) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain)
      out += c;
    else
      out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
}

void append_name(const X509_NAME* name, std::string& out) {
  const openssl::Bio bio = memory();
  if (name != nullptr && X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) >= 0)
    out += openssl::text_of(bio.get());
}

void append_legacy_name(const X509_NAME* name, std::string& out) {
  char* text = X509_NAME_oneline(name, nullptr, 0);
  append_text(text, out);
  OPENSSL_free(text);
}

void append_serial(const X509* certificate, std::string& out) {
  const openssl::Bio bio = memory();
  i2a_ASN1_INTEGER(bio.get(), X509_get0_serialNumber(certificate));
  out += openssl::text_of(bio.get());
}

void append_fingerprint(const X509* certificate, std::string& out) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha1(), digest.data(), &size) == 1)
    append_hex(digest.data(), size, out);
}

void append_time(const ASN1_TIME* time, std::string& out) {
  const openssl::Bio bio = memory();
  if (ASN1_TIME_print(bio.get(), time) == 1) out += openssl::text_of(bio.get());
}

void append_days_left(const X509* certificate, std::string& out) {
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate)) != 1) return;
  out += std::to_string(days < 0 || seconds < 0 ? 0 : days);
}

void append_of_certificate(TlsVariable variable, X509* certificate, std::string& out) {
  switch (variable) {
    using enum TlsVariable;
    case client_cert:
      append_folded(pem_of(certificate), out);
      break;
    case client_raw_cert:
      out += pem_of(certificate);
      break;
    case client_escaped_cert:
      append_escaped(pem_of(certificate), out);
      break;
    case client_fingerprint:
      append_fingerprint(certificate, out);
      break;
    case client_i_dn:
      append_name(X509_get_issuer_name(certificate), out);
      break;
    case client_i_dn_legacy:
      append_legacy_name(X509_get_issuer_name(certificate), out);
      break;
    case client_s_dn:
      append_name(X509_get_subject_name(certificate), out);
      break;
    case client_s_dn_legacy:
      append_legacy_name(X509_get_subject_name(certificate), out);
      break;
    case client_serial:
      append_serial(certificate, out);
      break;
    case client_v_end:
      append_time(X509_get0_notAfter(certificate), out);
      break;
    case client_v_remain:
      append_days_left(certificate, out);
      break;
    case client_v_start:
      append_time(X509_get0_notBefore(certificate), out);
      break;
    default:
      break;
  }
}

// What a server with optional_no_ca leaves to the application (nginx,
// ngx_ssl_verify_error_optional).
bool is_about_issuer(long result) noexcept {
  return result == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
         result == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
         result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
         result == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

}  // namespace

void ClientTls::append(TlsVariable variable, std::string& out) const {
  X509* certificate = SSL_get0_peer_certificate(connection_);
  switch (variable) {
    using enum TlsVariable;
    case alpn_protocol: {
      const unsigned char* name = nullptr;
      unsigned int size = 0;
      SSL_get0_alpn_selected(connection_, &name, &size);
      if (size > 0) out.append(reinterpret_cast<const char*>(name), size);
      break;
    }
    case cipher:
      append_text(SSL_get_cipher_name(connection_), out);
      break;
    case ciphers:
      append_ciphers(connection_, out);
      break;
    case client_verify:
      append_verify(connection_, certificate, out);
      break;
    case curve:
      append_curve(static_cast<int>(SSL_get_negotiated_group(connection_)), out);
      break;
    case curves:
      append_curves(connection_, out);
      break;
    case early_data:
      break;  // none is taken
    case protocol:
      append_text(SSL_get_version(connection_), out);
      break;
    case server_name:
      out += this->server_name();
      break;
    case session_id: {
      unsigned int size = 0;
      const SSL_SESSION* session = SSL_get0_session(connection_);
      if (session == nullptr) break;
      const unsigned char* id = SSL_SESSION_get_id(session, &size);
      append_hex(id, size, out);
      break;
    }
    case session_reused:
      out += is_resumed() ? 'r' : '.';
      break;
    case sigalg:
      append_signature(connection_, Signer::server, out);
      break;
    case sigalgs:
      append_offered_signatures(connection_, out);
      break;
    case client_sigalg:
      append_signature(connection_, Signer::client, out);
      break;
    default:
      if (certificate != nullptr) append_of_certificate(variable, certificate, out);
      break;
  }
  openssl::forget_errors();
}

std::string_view ClientTls::server_name() const noexcept {
  const char* name = SSL_get_servername(connection_, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? std::string_view() : std::string_view(name);
}

bool ClientTls::is_resumed() const noexcept {
  return SSL_session_reused(connection_) == 1;
}

int ClientTls::refusal(const net::TlsServerContext& server, bool has_named) const {
  if (server.verify() == TlsClientVerify::off) return 0;
  const bool has_certificate = SSL_get0_peer_certificate(connection_) != nullptr;
  if (!server.is_verified_by(connection_)) {
    if (has_named || has_certificate) return 421;
    return server.verify() == TlsClientVerify::on ? 496 : 0;
  }
  const long result = SSL_get_verify_result(connection_);
  const bool is_left_open =
      server.verify() == TlsClientVerify::optional_no_ca && is_about_issuer(result);
  if (result != X509_V_OK && !is_left_open) return 495;
  return server.verify() == TlsClientVerify::on && !has_certificate ? 496 : 0;
}

}  // namespace signgate::proxy
