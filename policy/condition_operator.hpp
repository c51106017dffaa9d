// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signgate::policy {

/// Comparison is what an operator does with one listed value.
enum class Comparison : std::uint8_t {
  string_equals,
  string_like,
  numeric_equals,
  numeric_less_than,
  numeric_less_than_equals,
  numeric_greater_than,
  numeric_greater_than_equals,
  date_equals,
  date_less_than,
  date_less_than_equals,
  date_greater_than,
  date_greater_than_equals,
  boolean,
  binary,
  ip_address,
  arn_like,  // ArnEquals too: both take wildcards
  null,
};

/// Quantifier says how a key with several values is held against the listed ones.
/// Source: IAM User Guide, "Set operators for multivalued context keys".
enum class Quantifier : std::uint8_t {
  none,
  any_value,   // ForAnyValue: one of the request's values is enough
  all_values,  // ForAllValues: each of them must do, so it holds when there is none
};

/// ConditionOperator is an operator of a Condition block taken apart.
/// Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
struct ConditionOperator {
  std::string_view name;  // as in the documents, without set and IfExists; static
  Comparison comparison = Comparison::string_equals;
  bool negated = false;      // holds when no listed value matches, and when the key is missing
  bool ignore_case = false;  // String...IgnoreCase
  bool if_exists = false;    // holds when the key is missing
  Quantifier quantifier = Quantifier::none;
};

/// find_condition_operator reads an operator's name, exact in case, with "ForAllValues:" or
/// "ForAnyValue:" before it and "IfExists" behind it where it has them, which Null does not take.
/// Nothing for an unknown one.
[[nodiscard]] std::optional<ConditionOperator> find_condition_operator(
    std::string_view name) noexcept;

/// known_condition_operators lists the names for a message: "StringEquals, StringNotEquals, ...".
[[nodiscard]] std::string known_condition_operators();

}  // namespace signgate::policy
