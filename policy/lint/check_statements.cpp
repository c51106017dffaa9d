// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/bucket_policy.hpp"
#include "policy/cloudfront_statement.hpp"
#include "policy/lint/checks.hpp"
#include "policy/lint/s3_vocabulary.hpp"

namespace signgate::policy::lint {
namespace {

void check_sids(const PolicyView& policy, Checker& checker) {
  for (auto one = policy.statements.begin(); one != policy.statements.end(); ++one) {
    if (one->sid.value.empty()) continue;
    const bool repeated = std::any_of(policy.statements.begin(), one, [&](const auto& other) {
      return other.sid.value == one->sid.value;
    });
    if (repeated) {
      checker.report(code("duplicate-sid"), one->sid.spot,
                     "the Sid " + excerpt(one->sid.value) + " is another statement's already");
    }
  }
}

void check_actions(const StatementView& statement, Checker& checker) {
  for (const Text& action : statement.actions) {
    if (action.value == "*" || lower_case(action.value) == "s3:*") {
      if (statement.allows && statement.concerns_cloudfront()) {
        checker.report(
            code("action-too-wide"), action.spot,
            statement.name + " allows " + excerpt(action.value) + ", writing and deleting too");
      }
      continue;
    }
    const ActionReach reach = action_reach(action.value);
    if (!reach.objects && !reach.buckets) {
      checker.report(code("unknown-action"), action.spot,
                     excerpt(action.value) + " is no action of S3");
    }
  }
}

bool has_variable(std::string_view value) noexcept {
  const std::size_t at = value.find("${");
  return at != std::string_view::npos && value.find('}', at) != std::string_view::npos;
}

/// CurrentTime and EpochTime take seconds since 1970.
bool is_in_milliseconds(const ConditionView& condition, std::string_view value) noexcept {
  if (condition.key.value != "aws:currenttime" && condition.key.value != "aws:epochtime") {
    return false;
  }
  return value.size() >= 13 &&
         std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

void check_condition(const PolicyView& policy, const StatementView& statement,
                     const ConditionView& condition, Checker& checker) {
  if (!condition.known && !condition.operator_.value.starts_with("Binary")) {
    checker.report(code("unknown-operator"), condition.operator_.spot,
                   excerpt(condition.operator_.value) + " is no condition operator of IAM");
  }
  if (!is_condition_key(condition.key.value)) {
    checker.report(code("unknown-condition-key"), condition.key.spot,
                   excerpt(condition.key.value) + " is no condition key of AWS or of S3");
  }
  for (const Text& value : condition.values) {
    if (!policy.is_2012 && has_variable(value.value)) {
      checker.report(code("version-2008"), value.spot,
                     excerpt(value.value) + " has a variable, and the policy's Version knows none");
    }
    if (is_in_milliseconds(condition, value.value)) {
      checker.report(code("milliseconds"), value.spot,
                     excerpt(value.value) + " is a time in milliseconds");
    }
  }
  if (condition.key.value == "aws:sourceip" && statement.concerns_cloudfront() &&
      std::ranges::any_of(policy.statements, [](const StatementView& other) {
        return other.allows && other.is_for_cloudfront();
      })) {
    checker.report(code("source-ip"), condition.key.spot,
                   statement.name + " looks at the address of the request that CloudFront makes");
  }
}

/// A Deny of everything to whoever lacks what only browsers and viewers have.
void check_lock_out(const StatementView& statement, Checker& checker) {
  if (statement.allows || !statement.everyone || statement.not_principal) return;
  if (!statement.covers_action("s3:PutBucketPolicy") || !statement.covers_action("s3:PutObject")) {
    return;
  }
  const auto spares_without = [](const ConditionView& one) {
    return (one.is_null() && one.is_referer()) || one.key.value == "aws:principalaccount" ||
           one.key.value == "aws:principalarn" || one.key.value == "aws:principalisawsservice";
  };
  if (std::ranges::any_of(statement.conditions, spares_without)) return;
  const auto condition = std::ranges::find_if(statement.conditions, [](const auto& one) {
    return one.is_referer() && one.known && one.known->negated;
  });
  if (condition == statement.conditions.end()) return;
  checker.report(code("deny-locks-out"),
                 statement.actions.empty() ? statement.spot : statement.actions.front().spot,
                 statement.name + " denies every action to all requests without the right " +
                     "Referer, the owner's own included");
}

}  // namespace

void check_statements(const PolicyView& policy, Checker& checker) {
  if (policy.bytes > max_bucket_policy) {
    checker.report(code("policy-too-long"), policy.spot,
                   "the policy has " + std::to_string(policy.bytes) + " bytes; S3 takes " +
                       std::to_string(max_bucket_policy));
  }
  check_sids(policy, checker);
  for (const StatementView& statement : policy.statements) {
    check_actions(statement, checker);
    for (const ConditionView& condition : statement.conditions)
      check_condition(policy, statement, condition, checker);
    for (const Text& resource : statement.resources) {
      if (policy.is_2012 || !has_variable(resource.value)) continue;
      checker.report(
          code("version-2008"), resource.spot,
          excerpt(resource.value) + " has a variable, and the policy's Version knows none");
    }
    check_lock_out(statement, checker);
  }
}

}  // namespace signgate::policy::lint
