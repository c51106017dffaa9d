// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/base/tls_settings.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::route {

/// CertificatePaths are the files of a certificate chain and of its key where variables name them:
/// ssl_certificate and ssl_certificate_key, or proxy_ssl_certificate and its key. Immutable.
class CertificatePaths {
 public:
  CertificatePaths() = default;
  CertificatePaths(std::string_view certificate, std::string_view key)
      : certificate_(certificate), key_(key) {}

  /// empty says that there is no certificate.
  [[nodiscard]] bool empty() const noexcept { return certificate_.empty(); }

  /// paths are those for one connection. The variables' values are used as they are; what is
  /// relative then is below `folder`. Without a value for the certificate both are empty.
  [[nodiscard]] TlsPaths paths(const VariableValues& values, const std::string& folder) const;

 private:
  Template certificate_;
  Template key_;
};

}  // namespace signgate::route
