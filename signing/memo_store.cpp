// SPDX-License-Identifier: Apache-2.0
#include "signing/memo_store.hpp"

#include <memory>

namespace signgate::signing {
namespace {

// What an entry costs beside its texts: itself, the allocator's headers, and its slot in the index,
// which is never more than seven eighths full and doubles.
constexpr std::size_t overhead = sizeof(MemoStore::Entry) + 32 + 4 * sizeof(void*);

}  // namespace

MemoStore::Entry::Entry(const HashedKey& key, std::string_view signature)
    : hash(key.hash),
      message_length(key.key.message.size()),
      fingerprint(*key.key.fingerprint),
      algorithm(key.key.hash) {
  text.reserve(key.key.message.size() + signature.size());
  text.append(key.key.message).append(signature);
}

std::string_view MemoStore::Entry::signature() const noexcept {
  return std::string_view(text).substr(message_length);
}

HashedKey MemoStore::Entry::key() const noexcept {
  return {{std::string_view(text).substr(0, message_length), &fingerprint, algorithm}, hash};
}

std::size_t MemoStore::Entry::cost() const noexcept {
  return text.size() + overhead;
}

MemoStore::Entry* MemoStore::find(const HashedKey& key) noexcept {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  Entry* entry = *found;
  entry->used = true;
  if (entry->hits != UINT8_MAX) ++entry->hits;
  return entry;
}

std::size_t MemoStore::insert(const HashedKey& key, std::string_view signature) {
  auto fresh = std::make_unique<Entry>(key, signature);
  if (fresh->cost() > max_bytes_) return too_large;
  if (const auto found = index_.find(key); found != index_.end()) remove(*found);
  std::size_t evicted = 0;
  for (; bytes_ + fresh->cost() > max_bytes_; ++evicted)
    evict_one();
  index_.insert(fresh.get());
  Entry* entry = fresh.release();
  bytes_ += entry->cost();
  entry->older = newest_;
  (newest_ == nullptr ? oldest_ : newest_->newer) = entry;
  newest_ = entry;
  return evicted;
}

void MemoStore::remove(Entry* entry) noexcept {
  if (hand_ == entry) hand_ = entry->newer;
  (entry->newer == nullptr ? newest_ : entry->newer->older) = entry->older;
  (entry->older == nullptr ? oldest_ : entry->older->newer) = entry->newer;
  bytes_ -= entry->cost();
  index_.erase(entry);
  delete entry;
}

void MemoStore::evict_one() noexcept {
  Entry* candidate = hand_ == nullptr ? oldest_ : hand_;
  while (candidate->used) {
    candidate->used = false;
    candidate = candidate->newer == nullptr ? oldest_ : candidate->newer;
  }
  hand_ = candidate->newer;
  remove(candidate);
}

void MemoStore::clear() noexcept {
  index_.clear();
  while (newest_ != nullptr)
    delete std::exchange(newest_, newest_->older);
  oldest_ = hand_ = nullptr;
  bytes_ = 0;
}

}  // namespace signgate::signing
