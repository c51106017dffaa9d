// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
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

/// MemoStatistics counts since the start; entries and bytes are of now.
struct MemoStatistics {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t evictions = 0;  // entries that made room for others
  std::uint64_t refused = 0;    // entries larger than a shard may be
  std::size_t entries = 0;
  std::size_t bytes = 0;
};

/// SignatureMemo remembers signature texts: least recently used go first, bounded by bytes, in
/// shards with a lock each that is held for a look-up alone. All members may be called from any
/// thread.
class SignatureMemo {
 public:
  /// SignatureMemo holds at most `max_bytes`, counted with the entries' own overhead, evenly over
  /// `shards` (rounded up to a power of two). 0 bytes remembers nothing.
  explicit SignatureMemo(std::size_t max_bytes, std::size_t shards = 16);
  ~SignatureMemo();
  SignatureMemo(const SignatureMemo&) = delete;
  SignatureMemo& operator=(const SignatureMemo&) = delete;

  /// find writes the signature text to `signature` and returns true, or returns false and leaves
  /// it alone. Allocates nothing if `signature` has the capacity.
  [[nodiscard]] bool find(const MemoKey& key, std::string& signature);

  /// insert remembers `signature`; an entry of that key is replaced.
  void insert(const MemoKey& key, std::string_view signature);

  /// clear forgets everything; the counters stay.
  void clear();

  [[nodiscard]] MemoStatistics statistics() const;

 private:
  struct Shard;
  [[nodiscard]] Shard& shard_of(std::size_t hash) const noexcept;

  std::size_t shard_count_;
  std::size_t shard_bytes_;
  std::unique_ptr<Shard[]> shards_;
};

}  // namespace signgate::signing
