// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/net/openssl.hpp"

namespace signgate::net {

class TlsFindings;

/// use_stapling makes `context` send each OCSP response of `files` (DER, as `openssl ocsp -respout`
/// writes it) with the certificate that it is about, to clients that ask, until its nextUpdate:
/// clients take an old one for a revoked certificate. Call it when the certificates are in the
/// context. Errors: unreadable, not a response, about none of the certificates; warnings: old, or
/// not "good". Source: nginx, ssl_stapling_file; RFC 6066 section 8.
void use_stapling(SSL_CTX* context, const std::vector<std::string>& files, TlsFindings& found);

}  // namespace signgate::net
