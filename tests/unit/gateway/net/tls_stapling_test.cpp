// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_stapling.hpp"

#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include "gateway/net/tls_files.hpp"
#include "tests/unit/gateway/net/certificates.hpp"

namespace signgate::net {
namespace {

class Stapling : public testing::Test {
 protected:
  /// response is what the authority says of a certificate, until `seconds` from now.
  std::string response(const Issued& about, int status, long seconds) const {
    OCSP_BASICRESP* basic = OCSP_BASICRESP_new();
    OCSP_CERTID* id =
        OCSP_cert_to_id(EVP_sha1(), about.certificate.get(), authority_.certificate.get());
    ASN1_TIME* this_update = X509_gmtime_adj(nullptr, -7200);
    ASN1_TIME* next_update = X509_gmtime_adj(nullptr, seconds);
    OCSP_basic_add1_status(basic, id, status, 0,
                           status == V_OCSP_CERTSTATUS_REVOKED ? this_update : nullptr, this_update,
                           next_update);
    OCSP_basic_sign(basic, authority_.certificate.get(), authority_.key.get(), EVP_sha256(),
                    nullptr, 0);
    OCSP_RESPONSE* whole = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    std::string bytes(static_cast<std::size_t>(i2d_OCSP_RESPONSE(whole, nullptr)), '\0');
    auto* cursor = reinterpret_cast<unsigned char*>(bytes.data());
    i2d_OCSP_RESPONSE(whole, &cursor);
    OCSP_RESPONSE_free(whole);
    ASN1_TIME_free(this_update);
    ASN1_TIME_free(next_update);
    OCSP_CERTID_free(id);
    OCSP_BASICRESP_free(basic);
    return bytes;
  }

  std::vector<std::string> use(const std::string& bytes) {
    const openssl::Context context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context.get(), leaf_.certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), leaf_.key.get());
    std::vector<TlsFinding> findings;
    TlsFindings found(findings);
    use_stapling(context.get(), {folder_.write("a.ocsp", bytes)}, found);
    std::vector<std::string> lines;
    for (const TlsFinding& finding : findings) {
      lines.push_back((finding.is_warning ? "warning:" : "error:") +
                      finding.message.substr(finding.message.rfind('"') + 1));
    }
    return lines;
  }

  using Lines = std::vector<std::string>;
  CertificateFolder folder_;
  Issued authority_ = issue({.name = "ca", .is_authority = true});
  Issued leaf_ = issue({.name = "a.test"}, &authority_);
};

TEST_F(Stapling, TakesAResponseAboutItsCertificate) {
  EXPECT_EQ(use(response(leaf_, V_OCSP_CERTSTATUS_GOOD, 3600)), Lines{});
}

TEST_F(Stapling, WarnsOfOneThatIsOldOrBad) {
  EXPECT_EQ(use(response(leaf_, V_OCSP_CERTSTATUS_GOOD, -3600)),
            Lines{"warning: is out of date and will not be sent"});
  EXPECT_EQ(use(response(leaf_, V_OCSP_CERTSTATUS_REVOKED, 3600)),
            Lines{"warning: says of the certificate: revoked"});
}

TEST_F(Stapling, RefusesWhatIsAboutOthersOrNoResponse) {
  const Issued other = issue({.name = "b.test"}, &authority_);
  EXPECT_EQ(use(response(other, V_OCSP_CERTSTATUS_GOOD, 3600)),
            Lines{"error: is about none of this server's certificates"});
  EXPECT_EQ(use("nonsense"), Lines{"error: holds no successful OCSP response in DER"});
  EXPECT_EQ(use(std::string(20 * 1024 + 1, 'x')), Lines{"error: is larger than 20480 bytes"});
}

}  // namespace
}  // namespace signgate::net
