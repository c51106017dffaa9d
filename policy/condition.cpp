// SPDX-License-Identifier: Apache-2.0
#include "policy/condition.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "policy/iso_time.hpp"
#include "policy/policy_variable.hpp"

namespace signgate::policy {
namespace {

std::optional<double> read_number(std::string_view text) noexcept {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  const bool digits = !text.empty() && text.find_first_not_of("+-.0123456789") == text.npos;
  if (failure != std::errc{} || stop != end || !digits) return std::nullopt;
  return value;
}

std::optional<bool> read_boolean(std::string_view text) noexcept {
  if (equals_ignore_case(text, "true")) return true;
  if (equals_ignore_case(text, "false")) return false;
  return std::nullopt;
}

/// The kinds of JSON value that stand for a text: IAM takes true and 10 for "true" and "10".
std::optional<std::string> scalar_text(const JsonValue& value) {
  if (value.is(JsonKind::string) || value.is(JsonKind::number)) return value.text;
  if (value.is(JsonKind::boolean)) return value.boolean ? "true" : "false";
  return std::nullopt;
}

DocumentResult<ConditionValue> read_value(const JsonValue& json, const ConditionOperator& op,
                                          bool variables) {
  auto text = scalar_text(json);
  if (!text) {
    return DocumentError{json.position, "a condition value is a string, not " +
                                            std::string(json_kind_name(json.kind))};
  }
  ConditionValue value{{}, *std::move(text), json.position};
  const auto refuse = [&](std::string_view wanted) {
    return DocumentError{json.position, excerpt(value.text) + " cannot be compared by " +
                                            std::string(op.name) + "; it takes " +
                                            std::string(wanted)};
  };
  switch (op.comparison) {
    case Comparison::string_equals:
    case Comparison::string_like: {
      auto pattern =
          TextPattern::compile(value.text, {.wildcards = op.comparison == Comparison::string_like,
                                            .ignore_case = op.ignore_case,
                                            .variables = variables});
      if (!pattern) return DocumentError{json.position, pattern.error().message};
      value.meaning = *std::move(pattern);
      break;
    }
    case Comparison::arn_like: {
      auto pattern = ArnPattern::compile(value.text, variables);
      if (!pattern) return DocumentError{json.position, pattern.error().message};
      value.meaning = *std::move(pattern);
      break;
    }
    case Comparison::numeric_equals:
    case Comparison::numeric_less_than:
    case Comparison::numeric_less_than_equals:
    case Comparison::numeric_greater_than:
    case Comparison::numeric_greater_than_equals: {
      const auto number = read_number(value.text);
      if (!number) return refuse("a decimal number");
      value.meaning = *number;
      break;
    }
    case Comparison::date_equals:
    case Comparison::date_less_than:
    case Comparison::date_less_than_equals:
    case Comparison::date_greater_than:
    case Comparison::date_greater_than_equals: {
      const auto millis = parse_iso_time(value.text);
      if (!millis) {
        return refuse("a date such as \"2030-01-31T08:00:00Z\" or seconds since 1970");
      }
      value.meaning = EpochMillis{*millis};
      break;
    }
    case Comparison::boolean:
    case Comparison::null: {
      const auto boolean = read_boolean(value.text);
      if (!boolean) return refuse("\"true\" or \"false\"");
      value.meaning = *boolean;
      break;
    }
    case Comparison::binary: {
      auto binary = parse_binary_value(value.text);
      if (!binary) return refuse("base64 such as \"QmluYXJ5\"");
      value.meaning = *std::move(binary);
      break;
    }
    case Comparison::ip_address: {
      const auto range = parse_ip_range(value.text);
      if (!range)
        return refuse("an address or range such as \"203.0.113.0/24\" or \"2001:db8::/32\"");
      value.meaning = *range;
      break;
    }
  }
  return value;
}

DocumentResult<Condition> read_condition(const JsonMember& member, const ConditionOperator& op,
                                         std::string_view operator_text, bool variables) {
  if (!is_condition_key(member.name)) {
    return DocumentError{member.position, excerpt(member.name) +
                                              " is not a condition key; one looks like "
                                              "\"aws:Referer\" or \"s3:prefix\""};
  }
  Condition condition{op, std::string(operator_text), member.name, member.position, {}};
  const JsonValue& listed = member.value;
  if (!listed.is(JsonKind::array)) {
    auto value = read_value(listed, op, variables);
    if (!value) return std::move(value).error();
    condition.values.push_back(*std::move(value));
    return condition;
  }
  if (listed.items.empty()) {
    return DocumentError{listed.position, "a condition needs one value at least"};
  }
  for (const JsonValue& item : listed.items) {
    auto value = read_value(item, op, variables);
    if (!value) return std::move(value).error();
    condition.values.push_back(*std::move(value));
  }
  return condition;
}

template <class T>
bool compare(Comparison how, T actual, T listed) noexcept {
  switch (how) {
    case Comparison::numeric_less_than:
    case Comparison::date_less_than:
      return actual < listed;
    case Comparison::numeric_less_than_equals:
    case Comparison::date_less_than_equals:
      return actual <= listed;
    case Comparison::numeric_greater_than:
    case Comparison::date_greater_than:
      return actual > listed;
    case Comparison::numeric_greater_than_equals:
    case Comparison::date_greater_than_equals:
      return actual >= listed;
    default:
      return actual == listed;
  }
}

/// Matcher holds one listed value against the request's.
struct Matcher {
  Comparison how;
  std::string_view actual;
  const RequestContext& context;

  bool operator()(const TextPattern& pattern) const noexcept {
    return pattern.matches(actual, context);
  }
  bool operator()(const ArnPattern& pattern) const noexcept {
    return pattern.matches(actual, context);
  }
  bool operator()(double listed) const noexcept {
    const auto number = read_number(actual);
    return number && compare(how, *number, listed);
  }
  bool operator()(EpochMillis listed) const noexcept {
    const auto millis = parse_iso_time(actual);
    return millis && compare(how, *millis, listed.value);
  }
  bool operator()(bool listed) const noexcept { return read_boolean(actual) == listed; }
  bool operator()(const BinaryValue& listed) const noexcept { return listed.is_written_as(actual); }
  bool operator()(const IpRange& listed) const noexcept {
    const auto address = parse_ip_range(actual);
    return address && listed.contains(*address);
  }
};

}  // namespace

DocumentResult<std::vector<Condition>> parse_conditions(const JsonValue& block, bool variables) {
  if (!block.is(JsonKind::object)) {
    return DocumentError{block.position, "Condition is an object of operators, not " +
                                             std::string(json_kind_name(block.kind))};
  }
  std::vector<Condition> conditions;
  for (const JsonMember& member : block.members) {
    const auto op = find_condition_operator(member.name);
    if (!op) {
      return DocumentError{member.position, "the condition operator " + excerpt(member.name) +
                                                " is unknown; the known ones are " +
                                                known_condition_operators()};
    }
    if (!member.value.is(JsonKind::object)) {
      return DocumentError{member.value.position,
                           member.name + " is an object of condition keys, not " +
                               std::string(json_kind_name(member.value.kind))};
    }
    const std::size_t first = conditions.size();
    for (const JsonMember& key : member.value.members) {
      const auto same = [&](const Condition& c) { return equals_ignore_case(c.key, key.name); };
      if (std::any_of(conditions.begin() + static_cast<std::ptrdiff_t>(first), conditions.end(),
                      same)) {
        return DocumentError{key.position,
                             "the condition key " + excerpt(key.name) +
                                 " is listed twice; the case of its name does not count"};
      }
      auto condition = read_condition(key, *op, member.name, variables);
      if (!condition) return std::move(condition).error();
      conditions.push_back(*std::move(condition));
    }
  }
  return conditions;
}

bool holds(const Condition& condition, const RequestContext& context) noexcept {
  const ConditionOperator& op = condition.operator_;
  std::span<const std::string> actual = context.values(condition.key);
  if (op.comparison == Comparison::null) {
    return std::any_of(condition.values.begin(), condition.values.end(), [&](const auto& value) {
      return std::get<bool>(value.meaning) == actual.empty();
    });
  }
  const bool of_a_set = op.quantifier != Quantifier::none;
  if (of_a_set && actual.size() == 1 && actual.front().empty()) actual = {};
  if (actual.empty() && op.if_exists) return true;
  const auto is_listed = [&](const std::string& one) {
    const Matcher matcher{op.comparison, one, context};
    return std::any_of(condition.values.begin(), condition.values.end(),
                       [&](const auto& value) { return std::visit(matcher, value.meaning); });
  };
  const auto does = [&](const std::string& one) { return is_listed(one) != op.negated; };
  switch (op.quantifier) {
    case Quantifier::any_value:
      return std::any_of(actual.begin(), actual.end(), does);
    case Quantifier::all_values:
      return std::all_of(actual.begin(), actual.end(), does);
    case Quantifier::none:
      break;
  }
  return std::any_of(actual.begin(), actual.end(), is_listed) != op.negated;
}

}  // namespace signgate::policy
