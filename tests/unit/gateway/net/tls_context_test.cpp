// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_context.hpp"

#include <gtest/gtest.h>

#include "gateway/net/tls_session_cache.hpp"
#include "tests/unit/gateway/net/certificates.hpp"

namespace signgate::net {
namespace {

class TlsContextTest : public testing::Test {
 protected:
  /// make gives "SETTING[INDEX] severity: message" of each finding, and expects a context without
  /// an error alone.
  std::vector<std::string> make() {
    std::vector<TlsFinding> findings;
    const auto made = TlsServerContext::make(settings_, sessions_, findings);
    return texts(made != nullptr, findings);
  }

  static std::vector<std::string> texts(bool is_made, const std::vector<TlsFinding>& findings) {
    std::vector<std::string> lines;
    bool has_error = false;
    for (const TlsFinding& finding : findings) {
      has_error = has_error || !finding.is_warning;
      lines.push_back(finding.setting + '[' + std::to_string(finding.index) + "] " +
                      (finding.is_warning ? "warning: " : "error: ") + finding.message);
    }
    EXPECT_NE(is_made, has_error);
    return lines;
  }

  void use(const Issued& issued, const std::string& name = "a") {
    settings_.certificates.push_back(folder_.write(name + ".pem", issued.pem()));
    settings_.certificate_keys.push_back(folder_.write(name + ".key", issued.key_pem()));
  }

  std::string cited(const std::string& name) const { return '"' + folder_.path(name) + '"'; }

  using Lines = std::vector<std::string>;
  CertificateFolder folder_;
  TlsSessions sessions_;
  TlsServerSettings settings_;
};

TEST_F(TlsContextTest, LoadsSeveralCertificates) {
  use(issue({.name = "a.test"}));
  use(issue({.name = "a.test", .is_rsa = true}), "rsa");
  EXPECT_EQ(make(), Lines{});
}

TEST_F(TlsContextTest, TakesAChain) {
  const Issued authority = issue({.name = "ca", .is_authority = true});
  const Issued leaf = issue({.name = "a.test"}, &authority);
  use(leaf);
  settings_.certificates = {folder_.write("chain.pem", leaf.pem() + authority.pem())};
  EXPECT_EQ(make(), Lines{});
  settings_.certificates = {folder_.write(
      "chain.pem", leaf.pem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")};
  EXPECT_EQ(make().at(0).find("ssl_certificate[0] error: " + cited("chain.pem") +
                              " is damaged after its first certificate"),
            0U);
}

TEST_F(TlsContextTest, ReportsAKeyOfAnotherCertificate) {
  use(issue({.name = "a.test"}));
  settings_.certificate_keys = {folder_.write("b.key", issue({.name = "b"}).key_pem())};
  EXPECT_EQ(make(), Lines{"ssl_certificate_key[0] error: " + cited("b.key") +
                          " does not belong to the certificate " + cited("a.pem")});
}

TEST_F(TlsContextTest, ReportsFilesThatAreNotWhatTheyShouldBe) {
  const Issued issued = issue({.name = "a.test"});
  use(issued);
  settings_.certificates = {folder_.path("none.pem")};
  EXPECT_EQ(make(), Lines{"ssl_certificate[0] error: " + cited("none.pem") +
                          ": No such file or directory"});
  settings_.certificates = {folder_.write("x.pem", issued.key_pem())};
  EXPECT_EQ(make(), Lines{"ssl_certificate[0] error: " + cited("x.pem") +
                          " holds a private key and no certificate"});
  settings_.certificates = {folder_.path("a.pem")};
  settings_.certificate_keys = {folder_.path("a.pem")};
  EXPECT_EQ(make(), Lines{"ssl_certificate_key[0] error: " + cited("a.pem") +
                          " holds a certificate and no private key"});
  settings_.certificate_keys = {folder_.write("bad.key", "nonsense")};
  EXPECT_EQ(make(), Lines{"ssl_certificate_key[0] error: " + cited("bad.key") +
                          " holds no readable private key in PEM"});
  settings_.certificate_keys = {folder_.path("")};
  EXPECT_NE(make().at(0).find("is not a regular file"), std::string::npos);
}

TEST_F(TlsContextTest, WarnsOfTimesAndOfKeysThatOthersMayRead) {
  const Issued old = issue({.name = "a.test", .begins = -7200, .ends = -3600});
  use(old);
  settings_.certificate_keys = {folder_.write("a.key", old.key_pem(), 0644)};
  const Lines found = make();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].find("ssl_certificate[0] warning: " + cited("a.pem") + " expired on "), 0U);
  EXPECT_EQ(
      found[0].find("ssl_certificate_key[0] warning: " + cited("a.key") + " has the mode 0644"),
      0U);
}

TEST_F(TlsContextTest, DecryptsKeysWithThePasswordFile) {
  const Issued issued = issue({.name = "a.test"});
  use(issued);
  settings_.certificate_keys = {folder_.write("sealed.key", issued.key_pem("open sesame"))};
  EXPECT_NE(make().at(0).find("is encrypted: decrypt it"), std::string::npos);
  settings_.password_file = folder_.write("words", "wrong\r\nopen sesame\r\n");
  EXPECT_EQ(make(), Lines{});
  settings_.password_file = folder_.write("words", "wrong\n");
  EXPECT_EQ(make(), Lines{"ssl_certificate_key[0] error: " + cited("sealed.key") +
                          " cannot be decrypted with any passphrase of " + cited("words")});
}

TEST_F(TlsContextTest, ReportsWhatOpenSslDoesNotTake) {
  use(issue({.name = "a.test"}));
  settings_.ciphers = "NOTHING";
  settings_.ecdh_curve = "X25519:nonsense";
  settings_.conf_commands = {{"Ciphersuites", "TLS_AES_128_GCM_SHA256"}, {"Nonsense", "1"}};
  settings_.client_certificate = folder_.write("empty.pem", "");
  settings_.dhparam = folder_.path("empty.pem");
  const Lines found = make();
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found[0].find("ssl_ciphers[0] error: OpenSSL has no cipher suites for \"NOTHING\""),
            0U);
  EXPECT_EQ(found[1].find("ssl_ecdh_curve[0] error: OpenSSL does not know all of"), 0U);
  EXPECT_EQ(found[2].find("ssl_dhparam[0] error: "), 0U);
  EXPECT_EQ(found[3].find("ssl_client_certificate[0] error: "), 0U);
  EXPECT_EQ(found[4],
            "ssl_conf_command[1] error: OpenSSL knows no command \"Nonsense\": see "
            "SSL_CONF_cmd(3)");
}

TEST_F(TlsContextTest, OfAServerThatRejectsNeedsNoCertificate) {
  settings_.reject_handshake = true;
  EXPECT_EQ(make(), Lines{});
}

TEST_F(TlsContextTest, OfTheClientReportsLikewise) {
  TlsClientSettings settings;
  settings.verify = true;
  settings.trusted_certificate = folder_.path("none.pem");
  settings.crl = folder_.write("empty.pem", "");
  settings.certificate = folder_.write("a.pem", issue({.name = "a"}).pem());
  settings.certificate_key = folder_.write("b.key", issue({.name = "b"}).key_pem());
  std::vector<TlsFinding> findings;
  const auto made = TlsClientContext::make(settings, findings);
  EXPECT_EQ(texts(made != nullptr, findings),
            (Lines{"proxy_ssl_certificate_key[0] error: " + cited("b.key") +
                       " does not belong to the certificate " + cited("a.pem"),
                   "proxy_ssl_trusted_certificate[0] error: " + cited("none.pem") +
                       ": No such file or directory",
                   "proxy_ssl_crl[0] error: " + cited("empty.pem") +
                       " holds no readable revocation list in PEM"}));
}

}  // namespace
}  // namespace signgate::net
