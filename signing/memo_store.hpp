// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "signing/memo_key.hpp"

namespace signgate::signing {

/// MemoStore is one shard of the memo: signature texts by key, bounded by bytes. What has not been
/// asked for since the hand last passed makes room for others: SIEVE (Zhang and others, NSDI
/// 2024). It takes the place of LRU because a hit writes one byte and moves nothing, and because
/// links that are asked for once, such as those of a page made to flood us, leave before those in
/// use. One thread at a time.
class MemoStore {
 public:
  /// Entry is a signature and how it is used.
  struct Entry {
    Entry(const HashedKey& key, std::string_view signature);

    /// signature is the text; a view that lives as long as the entry.
    [[nodiscard]] std::string_view signature() const noexcept;
    [[nodiscard]] HashedKey key() const noexcept;
    [[nodiscard]] std::size_t cost() const noexcept;

    std::size_t hash;
    std::string text;  // the message, then the signature: one place in memory
    std::size_t message_length;
    Fingerprint fingerprint;
    HashAlgorithm algorithm;
    bool used = false;          // since the hand last passed
    bool signed_ahead = false;  // its successor has been asked for
    std::uint8_t hits = 0;      // stops at 255
    Entry* newer = nullptr;
    Entry* older = nullptr;
  };

  explicit MemoStore(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  ~MemoStore() { clear(); }
  MemoStore(const MemoStore&) = delete;
  MemoStore& operator=(const MemoStore&) = delete;

  /// find is the entry of that key, marked as used, or null. It lives until the next insert or
  /// clear.
  [[nodiscard]] Entry* find(const HashedKey& key) noexcept;

  /// contains says whether the key is there, and marks nothing.
  [[nodiscard]] bool contains(const HashedKey& key) const noexcept { return index_.contains(key); }

  /// resize sets the bound, in bytes, of a store that is still empty.
  void resize(std::size_t max_bytes) noexcept { max_bytes_ = max_bytes; }

  /// insert remembers the signature; an entry of that key is replaced. The answer is how many
  /// others had to go. An entry larger than the store is not kept: too_large.
  static constexpr std::size_t too_large = static_cast<std::size_t>(-1);
  std::size_t insert(const HashedKey& key, std::string_view signature);

  void clear() noexcept;

  [[nodiscard]] std::size_t entries() const noexcept { return index_.size(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(const Entry* entry) const noexcept { return entry->hash; }
    std::size_t operator()(const HashedKey& key) const noexcept { return key.hash; }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Entry* a, const Entry* b) const noexcept { return a == b; }
    bool operator()(const Entry* a, const HashedKey& b) const noexcept { return a->key() == b; }
    bool operator()(const HashedKey& a, const Entry* b) const noexcept { return a == b->key(); }
  };

  void remove(Entry* entry) noexcept;
  void evict_one() noexcept;

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  boost::unordered_flat_set<Entry*, Hash, Equal> index_;
  Entry* newest_ = nullptr;
  Entry* oldest_ = nullptr;
  Entry* hand_ = nullptr;
};

}  // namespace signgate::signing
