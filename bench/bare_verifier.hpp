// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "signing/public_key.hpp"

struct evp_pkey_st;
struct evp_pkey_ctx_st;

namespace signgate::bench {

/// BareVerifier has OpenSSL verify one signature over a ready digest over and over, as `openssl
/// speed` does: the most that any verifier on top of it can reach. One thread each.
class BareVerifier {
 public:
  /// BareVerifier takes what it needs of its arguments. Test ready() before use.
  BareVerifier(const signing::PublicKey& key, signing::HashAlgorithm hash, std::string_view message,
               std::span<const unsigned char> signature);
  ~BareVerifier();
  BareVerifier(const BareVerifier&) = delete;
  BareVerifier& operator=(const BareVerifier&) = delete;

  [[nodiscard]] bool ready() const noexcept { return context_ != nullptr; }

  /// verify says whether the signature held.
  [[nodiscard]] bool verify() noexcept;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  evp_pkey_ctx_st* context_ = nullptr;
  std::array<unsigned char, 32> digest_{};
  unsigned digest_length_ = 0;
  std::vector<unsigned char> signature_;
};

}  // namespace signgate::bench
