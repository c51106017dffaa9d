// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "gateway/base/clock.hpp"

namespace signgate::proxy {

/// GrantCache remembers what grant_request was answered, for grant_valid. It holds digests of who
/// asked and for what, never the credentials themselves; limits::grant_answers at most, of which
/// the half that was added first makes room for others. One worker's.
class GrantCache {
 public:
  using Key = std::array<unsigned char, 32>;

  /// key is the digest of the texts, each of them apart, under a key that this cache alone has
  /// (HMAC-SHA256). Nothing when OpenSSL fails: then nothing can be remembered.
  [[nodiscard]] std::optional<Key> key(std::initializer_list<std::string_view> texts);

  /// find is the answer of that key, if one holds at `now`.
  [[nodiscard]] std::optional<bool> find(const Key& key, SteadyTime now) const;

  /// put has the answer hold until `end`.
  void put(const Key& key, bool granted, SteadyTime end);

  /// clear forgets all answers: another configuration may ask elsewhere.
  void clear() noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return young_.size() + old_.size(); }

 private:
  struct Answer {
    SteadyTime end;
    bool granted;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      std::size_t hash = 0;
      std::memcpy(&hash, key.data(), sizeof hash);
      return hash;
    }
  };
  using Answers = std::unordered_map<Key, Answer, Hash>;

  std::optional<Key> secret_;
  Answers young_;
  Answers old_;
};

}  // namespace signgate::proxy
