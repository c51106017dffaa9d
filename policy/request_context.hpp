// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signgate::policy {

/// RequestContext holds the condition keys that a request has, with one value each. Names are
/// case-insensitive (`AWS:SourceArn` is `aws:sourcearn`). A key that was not set is missing, which
/// is not the same as empty. Not to be written to from two threads. Source: IAM User Guide, "AWS
/// global condition context keys".
class RequestContext {
 public:
  /// set gives `key` that value, in place of an earlier one.
  void set(std::string_view key, std::string value);

  /// find is the value; nullptr when the key is missing. It lives until the next set.
  [[nodiscard]] const std::string* find(std::string_view key) const noexcept;

 private:
  std::vector<std::pair<std::string, std::string>> values_;  // a request has a dozen at most
};

/// equals_ignore_case compares ASCII letters in either case, other bytes exactly. Any thread.
[[nodiscard]] bool equals_ignore_case(std::string_view a, std::string_view b) noexcept;

}  // namespace signgate::policy
