// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "signing/algorithm.hpp"

struct evp_pkey_st;

namespace signgate::signing {

/// RsaSigner makes PKCS#1 v1.5 signatures and, where it is told to, holds each against the public
/// half before anybody gets it: a result that came out wrong gives the key away
/// (rsa_fault_check.hpp). One thread at a time uses one; it keeps what a signature needs set up.
class RsaSigner {
 public:
  /// RsaSigner signs with the RSA pair in `key`, which has to outlive it. Test ready() before use.
  RsaSigner(evp_pkey_st* key, HashAlgorithm hash, bool checks);
  ~RsaSigner();
  RsaSigner(RsaSigner&&) noexcept;
  RsaSigner& operator=(RsaSigner&&) noexcept;

  /// ready is false when OpenSSL could not set up what is needed.
  [[nodiscard]] bool ready() const noexcept;

  /// sign writes the signature over `digest` (as long as `hash` makes it) to the front of `out`,
  /// which has room for 256 bytes, and its length to `length`; false when OpenSSL refuses or the
  /// check finds it wrong: then nothing of it is left in `out`.
  [[nodiscard]] bool sign(std::span<const unsigned char> digest, std::span<unsigned char> out,
                          std::size_t& length) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace signgate::signing
