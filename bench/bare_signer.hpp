// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>

#include "signing/signer.hpp"

struct evp_pkey_st;
struct evp_pkey_ctx_st;

namespace signgate::bench {

/// BareSigner has OpenSSL sign one ready digest over and over, as `openssl speed` does: the most
/// that any signer on top of it can reach. One thread each; nothing is shared with another.
class BareSigner {
 public:
  /// BareSigner takes a copy of the key, which lies in the key memory too. Test ready() before use.
  explicit BareSigner(const signing::SigningKey& key);
  ~BareSigner();
  BareSigner(const BareSigner&) = delete;
  BareSigner& operator=(const BareSigner&) = delete;

  [[nodiscard]] bool ready() const noexcept { return context_ != nullptr; }

  /// sign makes one signature; false when OpenSSL refuses.
  [[nodiscard]] bool sign() noexcept;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  evp_pkey_ctx_st* context_ = nullptr;
  std::array<unsigned char, 32> digest_{};
  std::size_t digest_length_;
  std::array<unsigned char, signing::max_signature> signature_{};
};

}  // namespace signgate::bench
