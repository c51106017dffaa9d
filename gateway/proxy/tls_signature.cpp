// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/tls_signature.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <openssl/x509.h>

#include <string_view>

namespace signgate::proxy {
namespace {

std::string_view hash_name(int hash) {
  switch (hash) {
    case NID_sha1:
      return "sha1";
    case NID_sha224:
      return "sha224";
    case NID_sha256:
      return "sha256";
    case NID_sha384:
      return "sha384";
    case NID_sha512:
      return "sha512";
    default:
      return {};
  }
}

// ECDSA's schemes are named with the curve that TLS 1.3 has for the hash.
std::string_view ecdsa_prefix(int hash) {
  switch (hash) {
    case NID_sha256:
      return "ecdsa_secp256r1_";
    case NID_sha384:
      return "ecdsa_secp384r1_";
    case NID_sha512:
      return "ecdsa_secp521r1_";
    default:
      return "ecdsa_";
  }
}

bool has_pss_key(X509* certificate) {
  const EVP_PKEY* key = certificate == nullptr ? nullptr : X509_get0_pubkey(certificate);
  return key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA_PSS;
}

void append_scheme(int type, int hash, X509* certificate, std::string& out) {
  const std::string_view digest = hash_name(hash);
  if (type == EVP_PKEY_ED25519) {
    out += "ed25519";
  } else if (type == EVP_PKEY_ED448) {
    out += "ed448";
  } else if (type == EVP_PKEY_RSA && !digest.empty()) {
    out.append("rsa_pkcs1_").append(digest);
  } else if (type == EVP_PKEY_RSA_PSS && !digest.empty()) {
    out.append(has_pss_key(certificate) ? "rsa_pss_pss_" : "rsa_pss_rsae_").append(digest);
  } else if (type == EVP_PKEY_EC && !digest.empty()) {
    out.append(ecdsa_prefix(hash)).append(digest);
  } else if (type == EVP_PKEY_DSA && !digest.empty()) {
    out.append("dsa_").append(digest);
  }
}

}  // namespace

void append_signature(SSL* connection, Signer signer, std::string& out) {
  int type = NID_undef;
  int hash = NID_undef;
  const bool ours = signer == Signer::server;
  const bool known = ours ? SSL_get_signature_type_nid(connection, &type) == 1 &&
                                SSL_get_signature_nid(connection, &hash) == 1
                          : SSL_get_peer_signature_type_nid(connection, &type) == 1 &&
                                SSL_get_peer_signature_nid(connection, &hash) == 1;
  if (!known) return;
  X509* certificate =
      ours ? SSL_get_certificate(connection) : SSL_get0_peer_certificate(connection);
  append_scheme(type, hash, certificate, out);
}

void append_offered_signatures(SSL* connection, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  const int count = SSL_get_sigalgs(connection, -1, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < count; ++i) {
    unsigned char low = 0;
    unsigned char high = 0;
    SSL_get_sigalgs(connection, i, nullptr, nullptr, nullptr, &low, &high);
    if (i > 0) out += ':';
    out += "0x";
    for (const unsigned char byte : {high, low})
      out += {digits[byte >> 4], digits[byte & 15]};
  }
}

}  // namespace signgate::proxy
