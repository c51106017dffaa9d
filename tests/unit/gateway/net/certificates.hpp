// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/net/openssl.hpp"

/// Certificates that the tests of TLS make for themselves.
namespace signgate::net {

/// Issued is a certificate with its key.
struct Issued {
  openssl::Certificate certificate;
  openssl::Key key;

  [[nodiscard]] std::string pem() const {
    const openssl::Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate.get());
    return openssl::text_of(bio.get());
  }

  /// key_pem is the key, encrypted when there is a passphrase.
  [[nodiscard]] std::string key_pem(const std::string& passphrase = {}) const {
    const openssl::Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(
        bio.get(), key.get(), passphrase.empty() ? nullptr : EVP_aes_128_cbc(), passphrase.data(),
        static_cast<int>(passphrase.size()), nullptr, nullptr);
    return openssl::text_of(bio.get());
  }
};

/// Request says what is to be issued.
struct Request {
  std::string name;  // common name and subject alternative name
  bool is_authority = false;
  bool is_rsa = false;
  long begins = -3600;  // seconds from now
  long ends = 3600;
};

/// issue makes a certificate; without an issuer it is a self-signed one.
inline Issued issue(const Request& request, const Issued* issuer = nullptr) {
  static long serial = 1000;
  Issued made;
  made.key.reset(request.is_rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
  made.certificate.reset(X509_new());
  X509* x = made.certificate.get();
  X509_set_version(x, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(x), request.begins);
  X509_gmtime_adj(X509_getm_notAfter(x), request.ends);
  X509_set_pubkey(x, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(request.name.c_str()), -1, -1,
                             0);
  const Issued& by = issuer == nullptr ? made : *issuer;
  X509_set_issuer_name(x, X509_get_subject_name(by.certificate.get()));
  X509V3_CTX context;
  X509V3_set_ctx(&context, by.certificate.get(), x, nullptr, nullptr, 0);
  const auto extend = [&](int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
  };
  extend(NID_basic_constraints, request.is_authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!request.is_authority) {
    const bool is_address = request.name.find_first_not_of("0123456789.:") == std::string::npos;
    extend(NID_subject_alt_name, (is_address ? "IP:" : "DNS:") + request.name);
  }
  X509_sign(x, by.key.get(), EVP_sha256());
  return made;
}

/// CertificateFolder is a folder with files of the test's own, gone with it.
class CertificateFolder {
 public:
  CertificateFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "signgate-tls-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~CertificateFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  CertificateFolder(const CertificateFolder&) = delete;
  CertificateFolder& operator=(const CertificateFolder&) = delete;

  /// write makes the file and returns its path.
  [[nodiscard]] std::string write(const std::string& name, const std::string& text,
                                  unsigned mode = 0600) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    std::filesystem::permissions(path_ / name, static_cast<std::filesystem::perms>(mode));
    return path_ / name;
  }

  [[nodiscard]] std::string path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace signgate::net
