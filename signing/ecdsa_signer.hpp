// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "signing/algorithm.hpp"

struct evp_pkey_st;

namespace signgate::signing {

/// EcdsaSigner makes deterministic P-256 signatures (RFC 6979) with OpenSSL's constant-time
/// arithmetic. One thread at a time uses one; it keeps what a signature needs set up.
class EcdsaSigner {
 public:
  /// EcdsaSigner signs with the P-256 pair in `key`, which has to outlive it. Test ready() before
  /// use.
  EcdsaSigner(evp_pkey_st* key, HashAlgorithm hash);
  ~EcdsaSigner();
  EcdsaSigner(EcdsaSigner&&) noexcept;
  EcdsaSigner& operator=(EcdsaSigner&&) noexcept;

  /// ready is false when OpenSSL could not set up what is needed.
  [[nodiscard]] bool ready() const noexcept;

  /// sign writes the ASN.1 DER of the signature over `digest` (as long as `hash` makes it) to the
  /// front of `out`, which has room for 72 bytes, and its length to `length`; false when OpenSSL
  /// refuses. Source: RFC 6979; SEC 1, appendix C.5.
  [[nodiscard]] bool sign(std::span<const unsigned char> digest, std::span<unsigned char> out,
                          std::size_t& length) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace signgate::signing
