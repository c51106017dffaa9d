// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/self_signed.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <sstream>

namespace signgate::edge {
namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(SelfSigned, IsForTheHostsThatWereNamed) {
  const auto made = make_self_signed({"media.example.test", "*.cdn.example"}, unix_now());
  ASSERT_TRUE(made.has_value());
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
      BIO_new_mem_buf(made->certificate.data(), static_cast<int>(made->certificate.size())),
      &BIO_free_all);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free);
  ASSERT_NE(certificate, nullptr);
  for (const char* host : {"localhost", "media.example.test", "a.cdn.example"})
    EXPECT_EQ(X509_check_host(certificate.get(), host, 0, 0, nullptr), 1) << host;
  EXPECT_EQ(X509_check_host(certificate.get(), "other.test", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "::1", 0), 1);
  EXPECT_EQ(X509_verify(certificate.get(), X509_get0_pubkey(certificate.get())), 1);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
  EXPECT_EQ(X509_cmp_time(X509_get0_notBefore(certificate.get()), nullptr), -1);
  EXPECT_EQ(X509_cmp_time(X509_get0_notAfter(certificate.get()), nullptr), 1);
  EXPECT_EQ(made->fingerprint.size(), 95U);
  EXPECT_TRUE(read(path_of(made->key)).starts_with("-----BEGIN PRIVATE KEY-----\n"));
}

TEST(SelfSigned, TwoAreNotAlike) {
  const auto first = make_self_signed({}, unix_now());
  const auto second = make_self_signed({}, unix_now());
  EXPECT_NE(first->fingerprint, second->fingerprint);
}

TEST(SelfSigned, AMemoryFileIsReadByItsPathWhileItIsOpen) {
  std::string path;
  {
    const File file = memory_file("text");
    path = path_of(file);
    EXPECT_EQ(read(path), "text");
  }
  EXPECT_EQ(read(path), "");
}

}  // namespace
}  // namespace signgate::edge
