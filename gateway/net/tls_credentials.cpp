// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_credentials.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstring>

#include "gateway/base/limits.hpp"
#include "gateway/net/tls_files.hpp"

namespace signgate::net {
namespace {

// Offers one passphrase to OpenSSL, and notes that one was asked for.
struct Passphrase {
  std::string_view text;
  bool was_asked = false;

  static int give(char* buffer, int size, int, void* self) {
    auto& phrase = *static_cast<Passphrase*>(self);
    phrase.was_asked = true;
    if (phrase.text.empty() || phrase.text.size() > static_cast<std::size_t>(size)) return 0;
    std::memcpy(buffer, phrase.text.data(), phrase.text.size());
    return static_cast<int>(phrase.text.size());
  }
};

// A key in clear: what it decodes to stays in the key memory, which OpenSSL's own reader does not
// see to.
openssl::Key parse_clear_key(std::string_view pem) {
  const openssl::Bio bio = openssl::reader(pem);
  openssl::Key key;
  while (!key) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* body = nullptr;
    long size = 0;
    if (PEM_read_bio_ex(bio.get(), &name, &header, &body, &size, PEM_FLAG_SECURE) != 1) break;
    const std::string_view kind(name);
    const bool is_clear = std::string_view(header).find("ENCRYPTED") == std::string_view::npos;
    const unsigned char* cursor = body;
    if (is_clear && kind.ends_with("PRIVATE KEY") && kind != "ENCRYPTED PRIVATE KEY")
      key.reset(d2i_AutoPrivateKey(nullptr, &cursor, size));
    OPENSSL_secure_free(name);
    OPENSSL_secure_free(header);
    OPENSSL_secure_clear_free(body, static_cast<std::size_t>(size));
  }
  openssl::forget_errors();
  return key;
}

openssl::Key parse_key(std::string_view pem, Passphrase& phrase) {
  if (openssl::Key key = parse_clear_key(pem)) return key;
  const openssl::Bio bio = openssl::reader(pem);
  return openssl::Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &Passphrase::give, &phrase));
}

// The passphrases of a file, a line each; nginx skips none and cuts CR.
template <class Try>
bool try_lines(std::string_view text, Try&& attempt) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && attempt(line)) return true;
  }
  return false;
}

openssl::Key load_key(const TlsIdentity& identity, std::string_view pem, TlsFindings& found) {
  const auto fail = [&](const std::string& why) {
    found.error(identity.key_setting, identity.index, quoted(identity.key) + ' ' + why);
    openssl::forget_errors();
    return openssl::Key();
  };
  const signing::WipingScope wiping;
  openssl::forget_errors();
  Passphrase phrase;
  openssl::Key key = parse_key(pem, phrase);
  if (!key && phrase.was_asked) {
    if (identity.password_file.empty()) {
      return fail("is encrypted: decrypt it (openssl pkey -in FILE -out NEW) or name a " +
                  std::string(identity.password_setting));
    }
    signing::SecretText phrases(limits::key_file + 1);
    if (!read_secret_file(identity.password_setting, 0, identity.password_file, found, phrases))
      return nullptr;
    try_lines(phrases.text(), [&](std::string_view line) {
      phrase.text = line;
      key = parse_key(pem, phrase);
      return key != nullptr;
    });
    if (!key)
      return fail("cannot be decrypted with any passphrase of " + quoted(identity.password_file));
  }
  if (!key) {
    const bool is_certificate = pem.find("BEGIN CERTIFICATE") != std::string_view::npos;
    return fail(is_certificate ? "holds a certificate and no private key"
                               : "holds no readable private key in PEM");
  }
  signing::settle_key(key.get());
  openssl::forget_errors();
  return key;
}

// Reports why a certificate cannot be used, with what OpenSSL says.
void report(const TlsIdentity& identity, std::string why, TlsFindings& found) {
  const std::string reason = openssl::take_reason();
  if (!reason.empty()) why += ": " + reason;
  found.error(identity.certificate_setting, identity.index,
              quoted(identity.certificate) + ' ' + why);
}

bool parse_chain(const TlsIdentity& identity, std::string_view pem, TlsCredentials& credentials,
                 TlsFindings& found) {
  const openssl::Bio bio = openssl::reader(pem);
  openssl::forget_errors();
  credentials.leaf.reset(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr));
  if (!credentials.leaf) {
    openssl::forget_errors();
    report(identity,
           pem.find("PRIVATE KEY-----") != std::string_view::npos
               ? "holds a private key and no certificate"
               : "holds no readable certificate in PEM",
           found);
    return false;
  }
  credentials.issuers.reset(sk_X509_new_null());
  while (true) {
    openssl::Certificate issuer(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!issuer) break;
    if (sk_X509_push(credentials.issuers.get(), issuer.get()) == 0) return false;
    static_cast<void>(issuer.release());
  }
  const unsigned long last = ERR_peek_last_error();
  if (ERR_GET_LIB(last) != ERR_LIB_PEM || ERR_GET_REASON(last) != PEM_R_NO_START_LINE) {
    report(identity, "is damaged after its first certificate", found);
    return false;
  }
  openssl::forget_errors();
  return true;
}

void warn_of_time(const TlsIdentity& identity, const X509* leaf, TlsFindings& found) {
  const ASN1_TIME* end = X509_get0_notAfter(leaf);
  const ASN1_TIME* begin = X509_get0_notBefore(leaf);
  if (X509_cmp_current_time(end) < 0) {
    found.warning(identity.certificate_setting, identity.index,
                  quoted(identity.certificate) + " expired on " + time_text(end));
  } else if (X509_cmp_current_time(begin) > 0) {
    found.warning(identity.certificate_setting, identity.index,
                  quoted(identity.certificate) + " is not valid before " + time_text(begin));
  }
}

}  // namespace

std::optional<TlsIdentityText> read_identity(const TlsIdentity& identity, TlsFindings& found) {
  std::string pem;
  if (!read_tls_file(identity.certificate_setting, identity.index, identity.certificate, found,
                     pem))
    return std::nullopt;
  if (!signing::has_room_for_key()) {
    found.error(
        identity.key_setting, identity.index,
        quoted(identity.key) + " finds no room left in the locked memory for keys: use fewer keys");
    return std::nullopt;
  }
  TlsIdentityText text{std::move(pem), signing::SecretText(limits::key_file + 1)};
  if (!read_secret_file(identity.key_setting, identity.index, identity.key, found, text.key))
    return std::nullopt;
  return text;
}

std::unique_ptr<TlsCredentials> parse_identity(const TlsIdentity& identity,
                                               const TlsIdentityText& text, TlsFindings& found) {
  auto credentials = std::make_unique<TlsCredentials>();
  if (!parse_chain(identity, text.certificate, *credentials, found)) return nullptr;
  warn_of_time(identity, credentials->leaf.get(), found);
  credentials->key = load_key(identity, text.key.text(), found);
  if (!credentials->key) return nullptr;
  if (X509_check_private_key(credentials->leaf.get(), credentials->key.get()) == 1)
    return credentials;
  openssl::forget_errors();
  found.error(
      identity.key_setting, identity.index,
      quoted(identity.key) + " does not belong to the certificate " + quoted(identity.certificate));
  return nullptr;
}

void use_identity(SSL_CTX* context, const TlsIdentity& identity, TlsFindings& found) {
  const auto text = read_identity(identity, found);
  if (!text) return;
  const auto credentials = parse_identity(identity, *text, found);
  if (!credentials) return;
  if (SSL_CTX_use_cert_and_key(context, credentials->leaf.get(), credentials->key.get(),
                               credentials->issuers.get(), 1) != 1)
    report(identity, "cannot be used", found);
}

std::unique_ptr<TlsCredentialSource> lend_credentials(std::string_view prefix,
                                                      const std::string& password_file,
                                                      const TlsCertificateCache& cache,
                                                      TlsFindings& found) {
  signing::SecretText phrases(limits::key_file + 1);
  if (!password_file.empty() &&
      !read_secret_file(std::string(prefix) + "password_file", 0, password_file, found, phrases))
    return nullptr;
  return std::make_unique<TlsCredentialSource>(prefix, password_file, cache);
}

bool use_credentials(SSL* connection, const TlsCredentials& credentials) {
  openssl::forget_errors();
  const int used = SSL_use_cert_and_key(connection, credentials.leaf.get(), credentials.key.get(),
                                        credentials.issuers.get(), 1);
  openssl::forget_errors();
  return used == 1;
}

}  // namespace signgate::net
