// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "signing/algorithm.hpp"

namespace signgate::signing {

/// scalar_bytes is how many bytes a number below the order of P-256 takes.
inline constexpr std::size_t scalar_bytes = 32;

/// deterministic_nonce writes the secret number k of an ECDSA signature on P-256 to `nonce`: a
/// function of the private key and the digest alone, so that the same policy has the same
/// signature on every machine, and no weak random number can give the key away. `secret` is the
/// private key and `digest` the message's, both big-endian; the digest is as long as `hash` makes
/// it, and `hash` serves as the HMAC's as well. `nonce` is a secret like the key: wipe it after
/// use. Any thread. Source: RFC 6979, section 3.2.
void deterministic_nonce(HashAlgorithm hash, std::span<const unsigned char, scalar_bytes> secret,
                         std::span<const unsigned char> digest,
                         std::span<unsigned char, scalar_bytes> nonce) noexcept;

}  // namespace signgate::signing
