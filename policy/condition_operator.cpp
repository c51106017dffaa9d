// SPDX-License-Identifier: Apache-2.0
#include "policy/condition_operator.hpp"

#include <array>

namespace signgate::policy {
namespace {

// clang-format off
constexpr std::array operators{
    ConditionOperator{"StringEquals", Comparison::string_equals},
    ConditionOperator{"StringNotEquals", Comparison::string_equals, true},
    ConditionOperator{"StringEqualsIgnoreCase", Comparison::string_equals, false, true},
    ConditionOperator{"StringNotEqualsIgnoreCase", Comparison::string_equals, true, true},
    ConditionOperator{"StringLike", Comparison::string_like},
    ConditionOperator{"StringNotLike", Comparison::string_like, true},
    ConditionOperator{"NumericEquals", Comparison::numeric_equals},
    ConditionOperator{"NumericNotEquals", Comparison::numeric_equals, true},
    ConditionOperator{"NumericLessThan", Comparison::numeric_less_than},
    ConditionOperator{"NumericLessThanEquals", Comparison::numeric_less_than_equals},
    ConditionOperator{"NumericGreaterThan", Comparison::numeric_greater_than},
    ConditionOperator{"NumericGreaterThanEquals", Comparison::numeric_greater_than_equals},
    ConditionOperator{"DateEquals", Comparison::date_equals},
    ConditionOperator{"DateNotEquals", Comparison::date_equals, true},
    ConditionOperator{"DateLessThan", Comparison::date_less_than},
    ConditionOperator{"DateLessThanEquals", Comparison::date_less_than_equals},
    ConditionOperator{"DateGreaterThan", Comparison::date_greater_than},
    ConditionOperator{"DateGreaterThanEquals", Comparison::date_greater_than_equals},
    ConditionOperator{"Bool", Comparison::boolean},
    ConditionOperator{"BinaryEquals", Comparison::binary},
    ConditionOperator{"IpAddress", Comparison::ip_address},
    ConditionOperator{"NotIpAddress", Comparison::ip_address, true},
    ConditionOperator{"ArnEquals", Comparison::arn_like},
    ConditionOperator{"ArnNotEquals", Comparison::arn_like, true},
    ConditionOperator{"ArnLike", Comparison::arn_like},
    ConditionOperator{"ArnNotLike", Comparison::arn_like, true},
    ConditionOperator{"Null", Comparison::null},
};
// clang-format on

constexpr std::string_view if_exists = "IfExists";
constexpr std::string_view any_value = "ForAnyValue:";
constexpr std::string_view all_values = "ForAllValues:";

Quantifier take_quantifier(std::string_view& name) noexcept {
  if (name.starts_with(any_value)) {
    name.remove_prefix(any_value.size());
    return Quantifier::any_value;
  }
  if (name.starts_with(all_values)) {
    name.remove_prefix(all_values.size());
    return Quantifier::all_values;
  }
  return Quantifier::none;
}

}  // namespace

std::optional<ConditionOperator> find_condition_operator(std::string_view name) noexcept {
  const Quantifier quantifier = take_quantifier(name);
  const bool suffixed = name.ends_with(if_exists);
  if (suffixed) name.remove_suffix(if_exists.size());
  for (ConditionOperator known : operators) {
    if (known.name != name) continue;
    const bool bare = !suffixed && quantifier == Quantifier::none;
    if (known.comparison == Comparison::null && !bare) return std::nullopt;
    known.if_exists = suffixed;
    known.quantifier = quantifier;
    return known;
  }
  return std::nullopt;
}

std::string known_condition_operators() {
  std::string list;
  for (const ConditionOperator& known : operators) {
    if (!list.empty()) list += ", ";
    list += known.name;
  }
  return list + "; each but Null also with IfExists, and with ForAnyValue: or ForAllValues:";
}

}  // namespace signgate::policy
