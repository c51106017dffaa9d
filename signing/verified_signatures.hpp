// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "signing/algorithm.hpp"
#include "signing/public_key.hpp"
#include "signing/verifier.hpp"

namespace signgate::signing {

/// VerifiedSignatures remembers which signatures held, by the exact bytes of key, hash, text and
/// signature, so that the same one costs no public-key operation again. It says nothing about
/// times, addresses or resources: those are checked each time. A signature that did not hold is not
/// remembered, so strangers cannot fill it. Not thread-safe.
class VerifiedSignatures {
 public:
  /// VerifiedSignatures keeps at most about `bytes`; those not asked for since half of that was new
  /// are dropped. 0 remembers nothing.
  explicit VerifiedSignatures(std::size_t bytes) noexcept : half_(bytes / 2) {}

  /// verify is key.verify(hash, message, signature), from memory where that is known.
  [[nodiscard]] bool verify(const PublicKey& key, HashAlgorithm hash, std::string_view message,
                            std::span<const unsigned char> signature);

  /// clear forgets all.
  void clear() noexcept;

  [[nodiscard]] std::uint64_t hits() const noexcept { return hits_; }
  [[nodiscard]] std::uint64_t checks() const noexcept { return checks_; }  // that cost an operation
  [[nodiscard]] std::size_t bytes() const noexcept { return young_bytes_ + old_bytes_; }

 private:
  void remember(std::string entry);

  std::size_t half_;
  std::size_t young_bytes_ = 0;
  std::size_t old_bytes_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t checks_ = 0;
  std::unordered_set<std::string> young_;
  std::unordered_set<std::string> old_;
};

/// verify is signing::verify (verifier.hpp), where a signature that `memo` remembers costs no
/// check. The memo's thread.
[[nodiscard]] Verdict verify(std::string_view resource, const Presented& presented,
                             const TrustedKeys& keys, const Viewer& viewer,
                             VerifiedSignatures& memo);

}  // namespace signgate::signing
