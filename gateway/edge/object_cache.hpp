// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/base/clock.hpp"
#include "gateway/edge/message.hpp"

namespace signgate::edge {

/// CachedObject is an answer of the origin, as the cache keeps it. Immutable once stored.
struct CachedObject {
  int status = 200;
  std::string server;
  std::shared_ptr<const FieldLines> fields;  // as the viewer gets them
  /// Null for an object too large to be kept, of which the cache knows its size alone.
  std::shared_ptr<const std::string> bytes;
  std::uint64_t size = 0;
  std::string etag;
  std::optional<UnixSeconds> last_modified;
  UnixSeconds stored = 0;   // when it came, or was last found unchanged
  UnixSeconds expires = 0;  // fresh while now is less
  std::string code;         // of an error
  std::string reason;       // of an error
};

/// ObjectCache holds answers by key, within bounds of bytes and entries; the one used longest ago
/// goes first. Not thread-safe: the edge has one thread.
class ObjectCache {
 public:
  /// ObjectCache keeps at most `bytes` of bodies, fields, keys, all other texts, and a fixed sum an
  /// entry. 0 keeps nothing.
  explicit ObjectCache(std::size_t bytes) noexcept : limit_(bytes) {}

  /// find is the entry, fresh or stale, and marks it as used; null when there is none. Valid until
  /// the next store.
  [[nodiscard]] const CachedObject* find(const std::string& key);

  /// store keeps `object` in place of an earlier one with that key; one larger than the whole cache
  /// is not kept.
  void store(const std::string& key, CachedObject object);

  /// purge drops the entries whose path (a key's part before its "?" or line end) is like
  /// `pattern`, where `*` is any run, and gives their number. Source: CloudFront Developer Guide,
  /// "Invalidate files".
  std::size_t purge(std::string_view pattern);

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t entries() const noexcept { return index_.size(); }

 private:
  struct Entry {
    std::string key;
    CachedObject object;
    std::size_t cost;
  };

  void drop(std::list<Entry>::iterator entry);

  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // the one used last in front
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;  // views of Entry::key
};

/// Ttls are a behaviour's three settings, in seconds.
struct Ttls {
  std::int64_t min = 0;
  std::int64_t default_ = 86400;
  std::int64_t max = 31536000;
};

/// time_to_live is how many seconds CloudFront keeps an answer with that Cache-Control (empty:
/// none): s-maxage, else max-age, else `expires` (the seconds until its Expires, if it has one),
/// within min and max; no-cache, no-store and private give min; nothing said gives default. Source:
/// CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)".
[[nodiscard]] std::int64_t time_to_live(std::string_view cache_control,
                                        std::optional<std::int64_t> expires,
                                        const Ttls& ttls) noexcept;

}  // namespace signgate::edge
