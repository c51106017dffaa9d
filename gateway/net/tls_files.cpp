// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_files.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gateway/base/limits.hpp"

namespace signgate::net {
namespace {

struct Descriptor {
  int fd;
  explicit Descriptor(const std::string& path) noexcept
      : fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

bool open_failed(const Descriptor& file, struct stat& facts, std::string& why) {
  if (file.fd < 0 || ::fstat(file.fd, &facts) != 0) {
    why = std::strerror(errno);
    return true;
  }
  if (!S_ISREG(facts.st_mode)) {
    why = "is not a regular file";
    return true;
  }
  return false;
}

std::string mode_text(mode_t mode) {
  constexpr char digits[] = "01234567";
  return {'0', digits[mode >> 6 & 7], digits[mode >> 3 & 7], digits[mode & 7]};
}

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

openssl::Key load_key(const TlsIdentity& identity, TlsFindings& found) {
  const auto fail = [&](const std::string& why) {
    found.error(identity.key_setting, identity.index, quoted(identity.key) + ' ' + why);
    openssl::forget_errors();
    return openssl::Key();
  };
  if (!signing::has_room_for_key())
    return fail("finds no room left in the locked memory for keys: use fewer keys");
  const signing::WipingScope wiping;
  signing::SecretText text(limits::key_file + 1);
  if (!read_secret_file(identity.key_setting, identity.index, identity.key, found, text))
    return nullptr;
  openssl::forget_errors();
  Passphrase phrase;
  openssl::Key key = parse_key(text.text(), phrase);
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
      key = parse_key(text.text(), phrase);
      return key != nullptr;
    });
    if (!key)
      return fail("cannot be decrypted with any passphrase of " + quoted(identity.password_file));
  }
  if (!key) {
    const bool is_certificate = text.text().find("BEGIN CERTIFICATE") != std::string_view::npos;
    return fail(is_certificate ? "holds a certificate and no private key"
                               : "holds no readable private key in PEM");
  }
  signing::settle_key(key.get());
  openssl::forget_errors();
  return key;
}

bool add_chain(SSL_CTX* context, const TlsIdentity& identity, std::string_view pem,
               TlsFindings& found, openssl::Certificate& leaf) {
  const auto fail = [&](std::string why) {
    const std::string reason = openssl::take_reason();
    if (!reason.empty()) why += ": " + reason;
    found.error(identity.certificate_setting, identity.index,
                quoted(identity.certificate) + ' ' + why);
    return false;
  };
  const openssl::Bio bio = openssl::reader(pem);
  openssl::forget_errors();
  leaf.reset(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr));
  if (!leaf) {
    openssl::forget_errors();
    return fail(pem.find("PRIVATE KEY-----") != std::string_view::npos
                    ? "holds a private key and no certificate"
                    : "holds no readable certificate in PEM");
  }
  if (SSL_CTX_use_certificate(context, leaf.get()) != 1) return fail("cannot be used");
  SSL_CTX_clear_chain_certs(context);
  while (true) {
    openssl::Certificate issuer(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!issuer) break;
    if (SSL_CTX_add1_chain_cert(context, issuer.get()) != 1) return fail("has an unusable chain");
  }
  const unsigned long last = ERR_peek_last_error();
  if (ERR_GET_LIB(last) != ERR_LIB_PEM || ERR_GET_REASON(last) != PEM_R_NO_START_LINE)
    return fail("is damaged after its first certificate");
  openssl::forget_errors();
  return true;
}

std::string time_text(const ASN1_TIME* time) {
  const openssl::Bio bio(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(bio.get(), time);
  return openssl::text_of(bio.get());
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

void TlsFindings::error(std::string_view setting, std::size_t index, std::string message) {
  has_error_ = true;
  found_.push_back({std::string(setting), index, false, std::move(message)});
}

void TlsFindings::warning(std::string_view setting, std::size_t index, std::string message) {
  found_.push_back({std::string(setting), index, true, std::move(message)});
}

std::string quoted(std::string_view path) {
  std::string text = "\"";
  for (const char c : path)
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  text += '"';
  return text;
}

bool read_tls_file(std::string_view setting, std::size_t index, const std::string& path,
                   TlsFindings& found, std::string& out) {
  const Descriptor file(path);
  struct stat facts {};
  std::string why;
  if (open_failed(file, facts, why)) {
    found.error(setting, index, quoted(path) + ": " + why);
    return false;
  }
  out.clear();
  std::string part(limits::read_buffer, '\0');
  while (true) {
    const ssize_t got = ::read(file.fd, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      found.error(setting, index, quoted(path) + ": " + std::strerror(errno));
      return false;
    }
    if (got == 0) return true;
    out.append(part.data(), static_cast<std::size_t>(got));
    if (out.size() > limits::tls_file) {
      found.error(setting, index,
                  quoted(path) + " is larger than " + std::to_string(limits::tls_file) + " bytes");
      return false;
    }
  }
}

bool read_secret_file(std::string_view setting, std::size_t index, const std::string& path,
                      TlsFindings& found, signing::SecretText& out) {
  const auto fail = [&](const std::string& why) {
    found.error(setting, index, quoted(path) + ": " + why);
    return false;
  };
  const Descriptor file(path);
  struct stat facts {};
  std::string why;
  if (open_failed(file, facts, why)) return fail(why);
  if (out.room() == nullptr) return fail("there is no key memory left for it");
  while (out.room_size() > 0) {
    const ssize_t got = ::read(file.fd, out.room(), out.room_size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(std::strerror(errno));
    if (got == 0) {
      // Debian's group ssl-cert reads keys: 0640 is usual.
      if ((facts.st_mode & 0027) != 0) {
        found.warning(setting, index,
                      quoted(path) + " has the mode " + mode_text(facts.st_mode) +
                          ": others may use it; set it to 0600");
      }
      return true;
    }
    out.grown(static_cast<std::size_t>(got));
  }
  return fail("is larger than " + std::to_string(limits::key_file) + " bytes");
}

void use_identity(SSL_CTX* context, const TlsIdentity& identity, TlsFindings& found) {
  std::string pem;
  if (!read_tls_file(identity.certificate_setting, identity.index, identity.certificate, found,
                     pem))
    return;
  openssl::Certificate leaf;
  if (!add_chain(context, identity, pem, found, leaf)) return;
  warn_of_time(identity, leaf.get(), found);
  const openssl::Key key = load_key(identity, found);
  if (!key) return;
  if (X509_check_private_key(leaf.get(), key.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    openssl::forget_errors();
    found.error(identity.key_setting, identity.index,
                quoted(identity.key) + " does not belong to the certificate " +
                    quoted(identity.certificate));
  }
}

void trust(SSL_CTX* context, std::string_view setting, const std::string& path,
           TlsFindings& found) {
  std::string pem;
  if (!read_tls_file(setting, 0, path, found, pem)) return;
  openssl::forget_errors();
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  const openssl::Bio bio = openssl::reader(pem);
  std::size_t count = 0;
  while (true) {
    const openssl::Certificate authority(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!authority) break;
    X509_STORE_add_cert(store, authority.get());
    ++count;
  }
  openssl::forget_errors();
  if (count == 0) found.error(setting, 0, quoted(path) + " holds no readable certificate in PEM");
}

void use_crl(SSL_CTX* context, std::string_view setting, const std::string& path,
             TlsFindings& found) {
  std::string pem;
  if (!read_tls_file(setting, 0, path, found, pem)) return;
  openssl::forget_errors();
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  const openssl::Bio bio = openssl::reader(pem);
  std::size_t count = 0;
  while (true) {
    X509_CRL* list = PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr);
    if (list == nullptr) break;
    const ASN1_TIME* next = X509_CRL_get0_nextUpdate(list);
    if (next != nullptr && X509_cmp_current_time(next) < 0) {
      found.warning(setting, 0,
                    quoted(path) + " should have been renewed by " + time_text(next) +
                        ": certificates are refused by it");
    }
    X509_STORE_add_crl(store, list);
    X509_CRL_free(list);
    ++count;
  }
  openssl::forget_errors();
  if (count == 0) {
    found.error(setting, 0, quoted(path) + " holds no readable revocation list in PEM");
    return;
  }
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
}

}  // namespace signgate::net
