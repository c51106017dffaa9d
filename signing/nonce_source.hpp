// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "signing/deterministic_nonce.hpp"

struct ossl_lib_ctx_st;

namespace signgate::signing {

/// nonce_library is an OpenSSL library context, made once for the process, whose source of random
/// numbers hands out the calling thread's NonceLoan and nothing but OpenSSL's own randomness
/// without one. Null when OpenSSL could not make it. So OpenSSL's own code, constant in time and
/// fast, multiplies and inverts with a nonce that we choose; its public functions for the one or
/// the other alone cost twice as much. Any thread. Source: OpenSSL provider-rand(7).
[[nodiscard]] ossl_lib_ctx_st* nonce_library();

/// NonceLoan is the number that OpenSSL draws next on this thread in nonce_library(), when it asks
/// for 32 bytes or some more, of which the first are then zeros. One at a time on a thread.
class NonceLoan {
 public:
  /// NonceLoan lends `nonce`, which has to outlive it.
  explicit NonceLoan(const std::array<unsigned char, scalar_bytes>& nonce) noexcept;
  ~NonceLoan();
  NonceLoan(const NonceLoan&) = delete;
  NonceLoan& operator=(const NonceLoan&) = delete;

  /// taken says whether it has been drawn.
  [[nodiscard]] bool taken() const noexcept;
};

}  // namespace signgate::signing
