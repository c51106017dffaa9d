// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signgate::policy {

/// RequestContext holds the condition keys that a request has, with one value or several each.
/// Names are case-insensitive (`AWS:SourceArn` is `aws:sourcearn`). A key that was not set is
/// missing, which is not the same as empty. Not to be written to from two threads. Source: IAM User
/// Guide, "AWS global condition context keys", "Single-valued vs. multivalued context keys".
class RequestContext {
 public:
  /// Entry is a key, named as it was first set, and its values.
  struct Entry {
    std::string key;
    std::vector<std::string> values;  // one at least
  };

  /// set gives `key` that one value, in place of earlier ones.
  void set(std::string_view key, std::string value);

  /// set_all gives `key` those values, in place of earlier ones. Without any it is missing.
  void set_all(std::string_view key, std::vector<std::string> values);

  /// values are those of `key`; none when it is missing. They live until the next set.
  [[nodiscard]] std::span<const std::string> values(std::string_view key) const noexcept;

  /// find is the first value; nullptr when the key is missing. It lives until the next set.
  [[nodiscard]] const std::string* find(std::string_view key) const noexcept;

  /// entries are all keys, in the order in which they were first set.
  [[nodiscard]] std::span<const Entry> entries() const noexcept { return entries_; }

 private:
  std::vector<Entry> entries_;  // a request has a dozen at most
};

/// equals_ignore_case compares ASCII letters in either case, other bytes exactly. Any thread.
[[nodiscard]] bool equals_ignore_case(std::string_view a, std::string_view b) noexcept;

}  // namespace signgate::policy
