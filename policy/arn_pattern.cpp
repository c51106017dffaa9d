// SPDX-License-Identifier: Apache-2.0
#include "policy/arn_pattern.hpp"

#include <optional>

namespace signgate::policy {
namespace {

using Parts = std::array<std::string_view, 6>;

/// The first colon that is not within a variable.
std::size_t find_colon(std::string_view text, bool variables) noexcept {
  if (!variables) return text.find(':');
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ':') return i;
    if (text.substr(i).starts_with("${")) i += variable_length(text.substr(i)).value_or(1) - 1;
  }
  return std::string_view::npos;
}

/// Nothing when there are fewer than six.
std::optional<Parts> split(std::string_view arn, bool variables) noexcept {
  Parts parts;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const std::size_t colon = find_colon(arn, variables);
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
  // A flaw in a variable is told first: it says more than the wrong number of parts that follows.
  const PatternRules rules{.wildcards = true, .ignore_case = false, .variables = variables};
  if (auto whole = TextPattern::compile(text, rules); !whole) return std::move(whole).error();
  const auto parts = split(text, variables);
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

bool ArnPattern::matches(std::string_view arn, const RequestContext& context) const noexcept {
  if (everything_) return true;
  const auto parts = split(arn, false);
  if (!parts) return false;
  for (std::size_t i = 0; i < parts->size(); ++i) {
    if (!parts_[i].matches((*parts)[i], context)) return false;
  }
  return true;
}

bool ArnPattern::matches(std::string_view arn) const noexcept {
  return matches(arn, RequestContext{});
}

}  // namespace signgate::policy
