// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_stapling.hpp"

#include <openssl/ocsp.h>
#include <openssl/tls1.h>

#include <cstring>
#include <ctime>
#include <optional>

#include "gateway/base/clock.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/net/context_data.hpp"
#include "gateway/net/tls_files.hpp"

namespace signgate::net {
namespace {

constexpr std::string_view setting = "ssl_stapling_file";

using Response = std::unique_ptr<OCSP_RESPONSE, openssl::Free<OCSP_RESPONSE_free>>;
using Basic = std::unique_ptr<OCSP_BASICRESP, openssl::Free<OCSP_BASICRESP_free>>;

struct Staple {
  std::string serial;  // of the certificate that it is about, DER
  std::string response;
  UnixSeconds until;
};

struct Staples {
  std::vector<Staple> all;
};

std::string serial_of(const ASN1_INTEGER* serial) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
          static_cast<std::size_t>(ASN1_STRING_length(serial))};
}

std::optional<UnixSeconds> seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return static_cast<UnixSeconds>(::timegm(&parts));
}

std::vector<std::string> serials_of(SSL_CTX* context) {
  std::vector<std::string> serials;
  for (long more = SSL_CTX_set_current_cert(context, SSL_CERT_SET_FIRST); more == 1;
       more = SSL_CTX_set_current_cert(context, SSL_CERT_SET_NEXT)) {
    if (X509* leaf = SSL_CTX_get0_certificate(context))
      serials.push_back(serial_of(X509_get0_serialNumber(leaf)));
  }
  return serials;
}

int on_status_request(SSL* ssl, void*) {
  const auto* staples = openssl::ContextData<Staples>::get(SSL_get_SSL_CTX(ssl));
  const X509* leaf = SSL_get_certificate(ssl);
  if (staples == nullptr || leaf == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const std::string serial = serial_of(X509_get0_serialNumber(leaf));
  for (const Staple& staple : staples->all) {
    if (staple.serial != serial || staple.until <= unix_now()) continue;
    // OpenSSL frees what it is given.
    void* copy = OPENSSL_memdup(staple.response.data(), staple.response.size());
    if (copy == nullptr) return SSL_TLSEXT_ERR_NOACK;
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(staple.response.size()));
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

// The answers about our certificates, one of which is enough to staple the response.
void add_staples(std::string bytes, const std::vector<std::string>& serials, std::size_t index,
                 const std::string& path, TlsFindings& found, Staples& staples) {
  const auto* cursor = reinterpret_cast<const unsigned char*>(bytes.data());
  const Response response(d2i_OCSP_RESPONSE(nullptr, &cursor, static_cast<long>(bytes.size())));
  const Basic basic(response ? OCSP_response_get1_basic(response.get()) : nullptr);
  openssl::forget_errors();
  if (!basic || OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    found.error(setting, index, quoted(path) + " holds no successful OCSP response in DER");
    return;
  }
  bool has_match = false;
  for (int i = 0; i < OCSP_resp_count(basic.get()); ++i) {
    OCSP_SINGLERESP* single = OCSP_resp_get0(basic.get(), i);
    ASN1_INTEGER* number = nullptr;
    auto* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
    if (OCSP_id_get0_info(nullptr, nullptr, nullptr, &number, id) != 1) continue;
    const std::string serial = serial_of(number);
    if (std::find(serials.begin(), serials.end(), serial) == serials.end()) continue;
    has_match = true;
    ASN1_GENERALIZEDTIME* next = nullptr;
    const int status = OCSP_single_get0_status(single, nullptr, nullptr, nullptr, &next);
    const UnixSeconds until = seconds_of(next).value_or(INT64_MAX);
    if (until <= unix_now())
      found.warning(setting, index, quoted(path) + " is out of date and will not be sent");
    if (status != V_OCSP_CERTSTATUS_GOOD) {
      found.warning(setting, index,
                    quoted(path) + " says of the certificate: " + OCSP_cert_status_str(status));
    }
    staples.all.push_back({serial, bytes, until});
  }
  if (!has_match)
    found.error(setting, index, quoted(path) + " is about none of this server's certificates");
}

}  // namespace

void use_stapling(SSL_CTX* context, const std::vector<std::string>& files, TlsFindings& found) {
  auto staples = std::make_shared<Staples>();
  const std::vector<std::string> serials = serials_of(context);
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::string bytes;
    if (!read_tls_file(setting, i, files[i], found, bytes)) continue;
    if (bytes.size() > limits::tls_stapled_response) {
      found.error(setting, i,
                  quoted(files[i]) + " is larger than " +
                      std::to_string(limits::tls_stapled_response) + " bytes");
      continue;
    }
    add_staples(std::move(bytes), serials, i, files[i], found, *staples);
  }
  openssl::ContextData<Staples>::put(context, std::move(staples));
  SSL_CTX_set_tlsext_status_cb(context, &on_status_request);
}

}  // namespace signgate::net
