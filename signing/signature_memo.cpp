// SPDX-License-Identifier: Apache-2.0
#include "signing/signature_memo.hpp"

#include <bit>
#include <cstring>
#include <functional>
#include <list>
#include <mutex>
#include <unordered_map>

namespace signgate::signing {
namespace {

struct Entry {
  std::string message;
  std::string signature;
  Fingerprint fingerprint;
  HashAlgorithm hash;
};

/// HashedKey is a MemoKey with its hash, computed once and outside the lock. In the index its views
/// point into the entry itself.
struct HashedKey {
  MemoKey key;
  std::size_t hash;

  friend bool operator==(const HashedKey& a, const HashedKey& b) noexcept {
    return a.hash == b.hash && a.key.hash == b.key.hash && a.key.message == b.key.message &&
           *a.key.fingerprint == *b.key.fingerprint;
  }
};

struct StoredHash {
  std::size_t operator()(const HashedKey& key) const noexcept { return key.hash; }
};

HashedKey hashed(const MemoKey& key) noexcept {
  // The fingerprint is a hash already: any eight bytes of it will do.
  std::uint64_t identity = 0;
  std::memcpy(&identity, key.fingerprint->data(), sizeof identity);
  identity += static_cast<std::uint64_t>(key.hash);
  const std::size_t text = std::hash<std::string_view>{}(key.message);
  return {key, static_cast<std::size_t>(text ^ identity * 0x9E3779B97F4A7C15)};
}

using Entries = std::list<Entry>;
using Index = std::unordered_map<HashedKey, Entries::iterator, StoredHash>;

/// What an entry costs beside its two texts: a list node, an index node and its share of the
/// buckets.
constexpr std::size_t entry_overhead =
    sizeof(Entry) + 2 * sizeof(void*) + sizeof(Index::value_type) + 6 * sizeof(void*);

std::size_t cost(const MemoKey& key, std::string_view signature) noexcept {
  return key.message.size() + signature.size() + entry_overhead;
}

}  // namespace

struct SignatureMemo::Shard {
  mutable std::mutex mutex;
  Entries entries;  // most recently used first
  Index index;
  MemoStatistics counted;

  void drop_last() {
    const Entry& last = entries.back();
    const MemoKey key{last.message, &last.fingerprint, last.hash};
    counted.bytes -= cost(key, last.signature);
    index.erase(hashed(key));
    entries.pop_back();
  }
};

SignatureMemo::SignatureMemo(std::size_t max_bytes, std::size_t shards)
    : shard_count_(std::bit_ceil(shards == 0 ? 1 : shards)),
      shard_bytes_(max_bytes / shard_count_),
      shards_(std::make_unique<Shard[]>(shard_count_)) {}

SignatureMemo::~SignatureMemo() = default;

SignatureMemo::Shard& SignatureMemo::shard_of(std::size_t hash) const noexcept {
  // The index uses the low bits for its buckets; the shard takes others.
  return shards_[hash >> 40 & (shard_count_ - 1)];
}

bool SignatureMemo::find(const MemoKey& key, std::string& signature) {
  const HashedKey wanted = hashed(key);
  Shard& shard = shard_of(wanted.hash);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(wanted);
  if (found == shard.index.end()) {
    ++shard.counted.misses;
    return false;
  }
  ++shard.counted.hits;
  shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  signature.assign(found->second->signature);
  return true;
}

void SignatureMemo::insert(const MemoKey& key, std::string_view signature) {
  const HashedKey wanted = hashed(key);
  Shard& shard = shard_of(wanted.hash);
  const std::size_t bytes = cost(key, signature);
  // Built before the lock is taken, so that a failing allocation leaves the shard as it was.
  Entries fresh;
  fresh.push_back({std::string(key.message), std::string(signature), *key.fingerprint, key.hash});
  const std::lock_guard lock(shard.mutex);
  if (bytes > shard_bytes_) {
    ++shard.counted.refused;
    return;
  }
  const auto found = shard.index.find(wanted);
  if (found != shard.index.end()) {
    shard.counted.bytes += signature.size();
    shard.counted.bytes -= found->second->signature.size();
    found->second->signature.swap(fresh.front().signature);
    shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  } else {
    const Entry& entry = fresh.front();
    shard.index.emplace(HashedKey{{entry.message, &entry.fingerprint, entry.hash}, wanted.hash},
                        fresh.begin());
    shard.entries.splice(shard.entries.begin(), fresh);
    shard.counted.bytes += bytes;
  }
  while (shard.counted.bytes > shard_bytes_) {
    shard.drop_last();
    ++shard.counted.evictions;
  }
}

void SignatureMemo::clear() {
  for (std::size_t i = 0; i < shard_count_; ++i) {
    Shard& shard = shards_[i];
    const std::lock_guard lock(shard.mutex);
    shard.index.clear();
    shard.entries.clear();
    shard.counted.bytes = 0;
  }
}

MemoStatistics SignatureMemo::statistics() const {
  MemoStatistics sum;
  for (std::size_t i = 0; i < shard_count_; ++i) {
    const Shard& shard = shards_[i];
    const std::lock_guard lock(shard.mutex);
    sum.hits += shard.counted.hits;
    sum.misses += shard.counted.misses;
    sum.evictions += shard.counted.evictions;
    sum.refused += shard.counted.refused;
    sum.entries += shard.entries.size();
    sum.bytes += shard.counted.bytes;
  }
  return sum;
}

}  // namespace signgate::signing
