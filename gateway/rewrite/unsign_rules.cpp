// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/unsign_rules.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace signgate::rewrite {

UnsignRules::UnsignRules(const std::vector<UnsignRule>& rules) {
  for (const UnsignRule& rule : rules) {
    std::optional<Url> target = parse_url(rule.target, nullptr);
    if (target) rules_.push_back({std::move(*target), rule.keys});
  }
}

bool UnsignRules::Rule::shares_origin(const Url& url) const noexcept {
  return !url.has_credentials && url.https == target.https && url.port == target.port &&
         url.host == target.host;
}

bool UnsignRules::Rule::holds(const Url& url) const noexcept {
  return shares_origin(url) && url.path.starts_with(target.path);
}

bool UnsignRules::has_origin(std::string_view url) const {
  const std::optional<Url> parsed = parse_url(url, nullptr);
  return parsed &&
         std::ranges::any_of(rules_, [&](const Rule& rule) { return rule.shares_origin(*parsed); });
}

bool UnsignRules::holds(std::string_view url) const {
  const std::optional<Url> parsed = parse_url(url, nullptr);
  return parsed &&
         std::ranges::any_of(rules_, [&](const Rule& rule) { return rule.holds(*parsed); });
}

bool UnsignRules::signs(std::string_view url, std::string_view key_pair_id) const {
  const std::optional<Url> parsed = parse_url(url, nullptr);
  return parsed && std::ranges::any_of(rules_, [&](const Rule& rule) {
           return rule.holds(*parsed) &&
                  std::ranges::find(rule.keys, key_pair_id) != rule.keys.end();
         });
}

}  // namespace signgate::rewrite
