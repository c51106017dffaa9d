// SPDX-License-Identifier: Apache-2.0
#include "signing/signature_memo.hpp"

#include <algorithm>
#include <bit>
#include <mutex>
#include <unordered_map>

#include "signing/memo_store.hpp"

namespace signgate::signing {

struct alignas(64) SignatureMemo::Shard {
  using Flights = std::unordered_multimap<std::size_t, std::shared_ptr<Flight>>;

  mutable std::mutex mutex;
  MemoStore store{0};
  Flights flights;
  MemoStatistics counted;

  [[nodiscard]] Flights::iterator flight_for(const HashedKey& key) {
    const auto [begin, end] = flights.equal_range(key.hash);
    const auto found =
        std::find_if(begin, end, [&](const auto& each) { return each.second->is_for(key); });
    return found == end ? flights.end() : found;
  }

  [[nodiscard]] std::shared_ptr<Flight> begin_flight(const HashedKey& key) {
    auto flight = std::make_shared<Flight>(key);
    flights.emplace(key.hash, flight);
    return flight;
  }

  void remember(const HashedKey& key, std::string_view signature) {
    const std::size_t evicted = store.insert(key, signature);
    if (evicted == MemoStore::too_large)
      ++counted.refused;
    else
      counted.evictions += evicted;
  }
};

SignatureMemo::SignatureMemo(std::size_t max_bytes, std::size_t shards)
    : shard_count_(std::bit_ceil(shards == 0 ? 1 : shards)),
      shards_(std::make_unique<Shard[]>(shard_count_)) {
  for (std::size_t i = 0; i < shard_count_; ++i)
    shards_[i].store.resize(max_bytes / shard_count_);
}

SignatureMemo::~SignatureMemo() = default;

SignatureMemo::Shard& SignatureMemo::shard_of(std::size_t hash) const noexcept {
  // The index uses the ends of the hash; the shard takes bits from the middle.
  return shards_[hash >> 32 & (shard_count_ - 1)];
}

Lookup SignatureMemo::look_up(const MemoKey& key, std::string& out, std::uint8_t hot_after) {
  const HashedKey wanted = hashed(key);
  Shard& shard = shard_of(wanted.hash);
  const std::lock_guard lock(shard.mutex);
  if (MemoStore::Entry* entry = shard.store.find(wanted)) {
    ++shard.counted.hits;
    out.append(entry->signature());
    const bool hot = hot_after != 0 && entry->hits >= hot_after && !entry->signed_ahead;
    entry->signed_ahead = entry->signed_ahead || hot;
    return {Lookup::State::hit, hot, nullptr};
  }
  if (const auto flight = shard.flight_for(wanted); flight != shard.flights.end()) {
    ++shard.counted.waits;
    return {Lookup::State::waiting, false, flight->second};
  }
  ++shard.counted.misses;
  return {Lookup::State::claimed, false, shard.begin_flight(wanted)};
}

std::shared_ptr<Flight> SignatureMemo::claim_ahead(const MemoKey& key) {
  const HashedKey wanted = hashed(key);
  Shard& shard = shard_of(wanted.hash);
  const std::lock_guard lock(shard.mutex);
  if (shard.store.contains(wanted) || shard.flight_for(wanted) != shard.flights.end())
    return nullptr;
  ++shard.counted.ahead;
  return shard.begin_flight(wanted);
}

void SignatureMemo::land(const std::shared_ptr<Flight>& flight, std::string_view signature) {
  const HashedKey key = flight->key();
  Shard& shard = shard_of(key.hash);
  {
    const std::lock_guard lock(shard.mutex);
    if (!signature.empty()) shard.remember(key, signature);
    if (const auto own = shard.flight_for(key); own != shard.flights.end() && own->second == flight)
      shard.flights.erase(own);
  }
  flight->land(signature);
}

bool SignatureMemo::find(const MemoKey& key, std::string& signature) {
  const HashedKey wanted = hashed(key);
  Shard& shard = shard_of(wanted.hash);
  const std::lock_guard lock(shard.mutex);
  const MemoStore::Entry* entry = shard.store.find(wanted);
  if (entry == nullptr) {
    ++shard.counted.misses;
    return false;
  }
  ++shard.counted.hits;
  signature.assign(entry->signature());
  return true;
}

void SignatureMemo::insert(const MemoKey& key, std::string_view signature) {
  const HashedKey wanted = hashed(key);
  Shard& shard = shard_of(wanted.hash);
  const std::lock_guard lock(shard.mutex);
  shard.remember(wanted, signature);
}

void SignatureMemo::clear() {
  for (std::size_t i = 0; i < shard_count_; ++i) {
    const std::lock_guard lock(shards_[i].mutex);
    shards_[i].store.clear();
  }
}

MemoStatistics SignatureMemo::statistics() const {
  MemoStatistics sum;
  for (std::size_t i = 0; i < shard_count_; ++i) {
    const Shard& shard = shards_[i];
    const std::lock_guard lock(shard.mutex);
    sum.hits += shard.counted.hits;
    sum.misses += shard.counted.misses;
    sum.waits += shard.counted.waits;
    sum.evictions += shard.counted.evictions;
    sum.refused += shard.counted.refused;
    sum.ahead += shard.counted.ahead;
    sum.entries += shard.store.entries();
    sum.bytes += shard.store.bytes();
  }
  return sum;
}

}  // namespace signgate::signing
