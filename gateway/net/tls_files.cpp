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

std::string time_text(const ASN1_TIME* time) {
  const openssl::Bio bio(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(bio.get(), time);
  return openssl::text_of(bio.get());
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
