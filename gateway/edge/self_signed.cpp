// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/self_signed.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <memory>

namespace signgate::edge {
namespace {

constexpr UnixSeconds day = 86400;

template <auto Function>
struct Free {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Function(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

bool add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool fill(X509* certificate, EVP_PKEY* key, const std::vector<std::string>& hosts,
          UnixSeconds now) {
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  for (const std::string& host : hosts)
    names += ",DNS:" + host;
  X509_NAME* name = X509_get_subject_name(certificate);
  constexpr std::string_view common = "signgate edge";
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1 &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), now - day) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), now + 396 * day) != nullptr &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>(common.data()),
                                    static_cast<int>(common.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_alt_name, names) &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    if (i > 0) text += ':';
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

std::string_view text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Result<SelfSigned> make_self_signed(const std::vector<std::string>& hosts, UnixSeconds now) {
  const Error failed{ErrorCode::resource, Side::own, Retry::no,
                     "OpenSSL could not make a certificate"};
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  const Bio public_text(BIO_new(BIO_s_mem()));
  const Bio secret_text(BIO_new(BIO_s_secmem()));
  if (!key || !certificate || !public_text || !secret_text ||
      !fill(certificate.get(), key.get(), hosts, now) ||
      PEM_write_bio_X509(public_text.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(secret_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                               nullptr) != 1) {
    return failed;
  }
  SelfSigned made;
  made.certificate = text_of(public_text.get());
  made.fingerprint = fingerprint_of(certificate.get());
  made.key = memory_file(text_of(secret_text.get()));
  if (made.fingerprint.empty() || !made.key.is_open()) return failed;
  return made;
}

File memory_file(std::string_view text) {
  File file(::memfd_create("signgate", MFD_CLOEXEC));
  if (!file.is_open()) return {};
  const ssize_t written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) return {};
  return file;
}

std::string path_of(const File& file) {
  return "/proc/self/fd/" + std::to_string(file.get());
}

}  // namespace signgate::edge
