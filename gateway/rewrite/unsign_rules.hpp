// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/rewrite/url.hpp"

namespace signgate::rewrite {

/// UnsignRule is what has to be known of a media rule to tell its signed links from those of
/// others.
struct UnsignRule {
  std::string target;             // absolute: where its signed links lead
  std::vector<std::string> keys;  // Key-Pair-Ids, whether they may sign now or not
};

/// UnsignRules tells which signed links are ours. Immutable; shared between threads.
class UnsignRules {
 public:
  /// UnsignRules takes the rules of a valid configuration: a target that is no URL has no links.
  explicit UnsignRules(const std::vector<UnsignRule>& rules);

  /// has_origin says whether a rule's target has scheme, host and port of `url`.
  [[nodiscard]] bool has_origin(std::string_view url) const;

  /// holds says whether `url`, as a browser resolves it, lies below a rule's target.
  [[nodiscard]] bool holds(std::string_view url) const;

  /// signs says whether a rule that holds `url` has the key `key_pair_id`.
  [[nodiscard]] bool signs(std::string_view url, std::string_view key_pair_id) const;

 private:
  struct Rule {
    Url target;
    std::vector<std::string> keys;

    [[nodiscard]] bool shares_origin(const Url& url) const noexcept;
    [[nodiscard]] bool holds(const Url& url) const noexcept;
  };

  std::vector<Rule> rules_;
};

}  // namespace signgate::rewrite
