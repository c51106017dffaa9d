// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "signing/algorithm.hpp"
#include "signing/public_key.hpp"
#include "signing/signer.hpp"

namespace signgate::signing {

/// MemoKey is what a signature is a function of: the very bytes signed, the key, the digest. A
/// wrong hit is impossible, as all of it is compared. Views: they live as long as the call that
/// takes them.
struct MemoKey {
  std::string_view message;
  const Fingerprint* fingerprint;
  HashAlgorithm hash;
};

/// memo_key is the MemoKey for signing `message` with `key`; both must outlive it.
[[nodiscard]] inline MemoKey memo_key(const SigningKey& key, std::string_view message) noexcept {
  return {message, &key.key.fingerprint(), key.hash};
}

/// HashedKey is a MemoKey with its hash, computed once and outside of any lock.
struct HashedKey {
  MemoKey key;
  std::size_t hash;

  friend bool operator==(const HashedKey& a, const HashedKey& b) noexcept {
    return a.hash == b.hash && a.key.hash == b.key.hash && a.key.message == b.key.message &&
           *a.key.fingerprint == *b.key.fingerprint;
  }
};

/// hashed is `key` with its hash.
[[nodiscard]] HashedKey hashed(const MemoKey& key) noexcept;

/// StoredKey owns what a HashedKey looks at.
class StoredKey {
 public:
  explicit StoredKey(const HashedKey& key)
      : message_(key.key.message),
        fingerprint_(*key.key.fingerprint),
        algorithm_(key.key.hash),
        hash_(key.hash) {}

  /// view is valid as long as the StoredKey is.
  [[nodiscard]] HashedKey view() const noexcept {
    return {{message_, &fingerprint_, algorithm_}, hash_};
  }

 private:
  std::string message_;
  Fingerprint fingerprint_;
  HashAlgorithm algorithm_;
  std::size_t hash_;
};

}  // namespace signgate::signing
