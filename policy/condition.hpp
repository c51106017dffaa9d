// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "policy/arn_pattern.hpp"
#include "policy/binary_value.hpp"
#include "policy/condition_operator.hpp"
#include "policy/ip_range.hpp"
#include "policy/json.hpp"
#include "policy/request_context.hpp"
#include "policy/text_pattern.hpp"

namespace signgate::policy {

/// EpochMillis is a listed date: milliseconds since 1970-01-01 UTC.
struct EpochMillis {
  std::int64_t value = 0;
};

/// ConditionValue is one listed value, read as its operator compares it.
struct ConditionValue {
  std::variant<TextPattern, double, EpochMillis, bool, BinaryValue, IpRange, ArnPattern> meaning;
  std::string text;  // as written
  Position position;
};

/// Condition is one key under one operator of a Condition block. All conditions of a statement must
/// hold.
struct Condition {
  ConditionOperator operator_;
  std::string operator_text;           // as written, with set and IfExists
  std::string key;                     // as written; compared in either case
  Position position;                   // of the key
  std::vector<ConditionValue> values;  // one at least
};

/// parse_conditions reads the value of a statement's `Condition`: operators, in each keys, in each
/// one value or a list. `variables`: whether `${...}` means something (Version 2012-10-17), which
/// it does for string and ARN operators. An unknown operator, a key that is not `SERVICE:NAME`, a
/// key listed twice, an empty list and a value that its operator cannot compare are errors at their
/// place. Source: IAM User Guide, "IAM JSON policy elements: Condition".
[[nodiscard]] DocumentResult<std::vector<Condition>> parse_conditions(const JsonValue& block,
                                                                      bool variables);

/// holds evaluates one condition. Listed values are alternatives: a positive operator needs one
/// that matches, a negated one needs that none does. When the key is missing, positive operators
/// and ForAnyValue fail, negated ones, ForAllValues and all with IfExists hold, and Null tells.
/// With a set, the operator is asked of each of the request's values; a lone empty value counts as
/// none there. Without one it is asked of all together, which AWS leaves open: a positive operator
/// needs one value that matches, a negated one that none does. A request's value that its operator
/// cannot read (an `IpAddress` on a text) matches nothing. Allocates nothing. Any thread. Source:
/// IAM User Guide, "Condition operators" and "... with multiple context keys or values".
[[nodiscard]] bool holds(const Condition& condition, const RequestContext& context) noexcept;

}  // namespace signgate::policy
