// SPDX-License-Identifier: Apache-2.0
#include "policy/arn_pattern.hpp"

#include <optional>

namespace signgate::policy {
namespace {

using Parts = std::array<std::string_view, 6>;

/// Nothing when there are fewer than six.
std::optional<Parts> split(std::string_view arn) noexcept {
  Parts parts;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts[i] = arn.substr(0, colon);
    arn.remove_prefix(colon + 1);
  }
  parts.back() = arn;
  return parts;
}

}  // namespace

boost::system::result<ArnPattern, PatternFlaw> ArnPattern::compile(std::string_view text,
                                                                   bool variables) {
  ArnPattern pattern;
  if (text == "*") {
    pattern.everything_ = true;
    return pattern;
  }
  // A variable holds a colon: told first, or its ARN would be cut in the wrong place.
  const PatternRules rules{.wildcards = true, .ignore_case = false, .variables = variables};
  if (auto whole = TextPattern::compile(text, rules); !whole) return std::move(whole).error();
  const auto parts = split(text);
  if (!parts || parts->front() != "arn") {
    return PatternFlaw{
        "an ARN has six parts, \"arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE\", or is \"*\""};
  }
  for (std::size_t i = 0; i < parts->size(); ++i) {
    auto part = TextPattern::compile((*parts)[i], rules);
    if (!part) return std::move(part).error();
    pattern.parts_[i] = std::move(*part);
  }
  return pattern;
}

bool ArnPattern::matches(std::string_view arn) const noexcept {
  if (everything_) return true;
  const auto parts = split(arn);
  if (!parts) return false;
  for (std::size_t i = 0; i < parts->size(); ++i) {
    if (!parts_[i].matches((*parts)[i])) return false;
  }
  return true;
}

}  // namespace signgate::policy
