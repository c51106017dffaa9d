// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/object_cache.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "gateway/http/text.hpp"
#include "policy/wildcard.hpp"

namespace signgate::edge {
namespace {

constexpr std::size_t entry_overhead = 512;

/// The texts of an object. Its fields are its own: to_cached makes them.
std::size_t cost_of(const CachedObject& object) noexcept {
  std::size_t sum = object.server.size() + object.etag.size() + object.code.size() +
                    object.reason.size() + (object.bytes ? object.bytes->size() : 0);
  if (object.fields == nullptr) return sum;
  for (const auto& [name, value] : *object.fields)
    sum += name.size() + value.size() + sizeof(FieldLines::value_type);
  return sum;
}

/// The seconds of `name=N`; nothing when `directive` is another one or N no number.
std::optional<std::int64_t> seconds_of(std::string_view directive, std::string_view name) noexcept {
  const std::size_t equals = directive.find('=');
  if (equals == std::string_view::npos ||
      !http::equal_ignoring_case(directive.substr(0, equals), name)) {
    return std::nullopt;
  }
  const std::string_view digits = directive.substr(equals + 1);
  std::int64_t value = 0;
  const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc{} || stop != digits.data() + digits.size() || value < 0) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

const CachedObject* ObjectCache::find(const std::string& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &found->second->object;
}

void ObjectCache::store(const std::string& key, CachedObject object) {
  if (const auto found = index_.find(key); found != index_.end()) {
    drop(found->second);
  }
  const std::size_t cost = key.size() + cost_of(object) + entry_overhead;
  if (cost > limit_) return;
  while (bytes_ + cost > limit_)
    drop(std::prev(entries_.end()));
  entries_.push_front({key, std::move(object), cost});
  index_.emplace(entries_.front().key, entries_.begin());
  bytes_ += cost;
}

std::size_t ObjectCache::purge(std::string_view pattern) {
  std::size_t dropped = 0;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto current = entry++;
    const std::string_view key = current->key;
    if (!policy::wildcard_match(pattern, key.substr(0, key.find_first_of("?\n")))) continue;
    drop(current);
    ++dropped;
  }
  return dropped;
}

void ObjectCache::drop(std::list<Entry>::iterator entry) {
  bytes_ -= entry->cost;
  index_.erase(entry->key);
  entries_.erase(entry);
}

std::int64_t time_to_live(std::string_view cache_control, std::optional<std::int64_t> expires,
                          const Ttls& ttls) noexcept {
  std::optional<std::int64_t> max_age;
  std::optional<std::int64_t> s_maxage;
  bool unwanted = false;
  http::for_each_list_element(cache_control, [&](std::string_view directive) {
    if (const auto seconds = seconds_of(directive, "max-age")) max_age = seconds;
    if (const auto seconds = seconds_of(directive, "s-maxage")) s_maxage = seconds;
    for (const std::string_view name : {"no-cache", "no-store", "private"}) {
      unwanted = unwanted || http::equal_ignoring_case(directive, name);
    }
  });
  if (unwanted) return ttls.min;
  const auto stated = s_maxage ? s_maxage : max_age ? max_age : expires;
  if (!stated) return std::max(ttls.default_, ttls.min);
  return std::min(std::max(*stated, ttls.min), ttls.max);
}

}  // namespace signgate::edge
