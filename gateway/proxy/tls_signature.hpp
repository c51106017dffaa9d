// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

struct ssl_st;

namespace signgate::proxy {

/// Signer is who signed in a TLS handshake.
enum class Signer : std::uint8_t { server, client };

/// append_signature writes the scheme of the signature that one side made in the handshake, by its
/// name in TLS ("ecdsa_secp256r1_sha256", RFC 8446 section 4.2.3); nothing when it made none, as in
/// a resumed session. Source: nginx, $ssl_sigalg, $ssl_client_sigalg.
void append_signature(ssl_st* connection, Signer signer, std::string& out);

/// append_offered_signatures writes the schemes that the client can verify, by their numbers, as
/// nginx has them with OpenSSL 3: "0x0403:0x0804". Source: nginx, $ssl_sigalgs.
void append_offered_signatures(ssl_st* connection, std::string& out);

}  // namespace signgate::proxy
