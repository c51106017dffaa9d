// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "policy/ip_range.hpp"
#include "policy/lint/checks.hpp"

namespace signgate::policy::lint {
namespace {

/// The keys whose fixed values make a policy non-public.
/// Source: S3 User Guide, "Blocking public access", the meaning of "public".
constexpr auto fixing_keys = std::to_array<std::string_view>({
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:userid",
    "aws:principalorgid",
    "aws:principalarn",
    "aws:principalaccount",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
});

bool is_fixed(const ConditionView& condition) {
  if (!condition.known || condition.known->negated || condition.known->if_exists ||
      condition.is_null() || condition.values.empty()) {
    return false;
  }
  if (condition.key.value == "aws:sourceip") {
    return std::ranges::all_of(condition.values, [](const Text& value) {
      const auto range = parse_ip_range(value.value);
      return range && range->prefix >= (range->ipv6 ? 32 : 8);
    });
  }
  if (std::ranges::find(fixing_keys, condition.key.value) == fixing_keys.end()) return false;
  return std::ranges::all_of(condition.values, [](const Text& value) {
    return value.value.find_first_of("*?") == std::string::npos &&
           value.value.find("${") == std::string::npos;
  });
}

bool is_public(const StatementView& statement) {
  return statement.allows && (statement.everyone || statement.not_principal) &&
         std::ranges::none_of(statement.conditions, is_fixed);
}

void check_public(const StatementView& statement, Checker& checker) {
  if (!is_public(statement)) return;
  if (statement.not_principal) {
    checker.report(code("not-principal-allow"), statement.principal_spot,
                   statement.name + " allows everybody who is not named");
    return;
  }
  if (std::ranges::any_of(statement.conditions, &ConditionView::is_referer)) {
    checker.report(code("public-referer"), statement.principal_spot,
                   statement.name + " allows everybody whose request has a certain Referer");
  } else {
    checker.report(
        code("public-statement"), statement.principal_spot,
        statement.name + " allows everybody" +
            (statement.conditions.empty() ? "" : "; no condition ties it to fixed values"));
  }
}

void check_names(const StatementView& statement, Checker& checker) {
  for (const Text& service : statement.services) {
    if (service.value == "cloudfront.amazonaws.com") continue;
    if (lower_case(service.value).find("cloudfront") == std::string::npos) continue;
    checker.report(code("service-name"), service.spot,
                   excerpt(service.value) + " is not cloudfront.amazonaws.com");
  }
  for (const Text& other : statement.others) {
    if (other.value.find("CloudFront Origin Access Identity") == std::string::npos) continue;
    checker.report(code("legacy-oai"), other.spot,
                   statement.name + " names an origin access identity");
  }
}

}  // namespace

void check_principals(const PolicyView& policy, Checker& checker) {
  for (const StatementView& statement : policy.statements) {
    check_public(statement, checker);
    check_names(statement, checker);
  }
}

void check_access_blocks(Checker& checker) {
  const StatementView* open = nullptr;
  for (const PolicyView& policy : checker.documents().policies) {
    const auto found = std::ranges::find_if(policy.statements, is_public);
    if (found != policy.statements.end() && open == nullptr) open = &*found;
  }
  for (const PublicAccessBlock& block : checker.documents().access_blocks) {
    if (open != nullptr && (block.blocks_policy || block.restricts_buckets)) {
      checker.report(code("public-access-block"), open->spot,
                     open->name + " makes the policy public, and " +
                         (block.blocks_policy ? "BlockPublicPolicy" : "RestrictPublicBuckets") +
                         " is on");
    }
    if (open != nullptr) continue;
    for (const Text& off : block.off)
      checker.report(code("public-access-open"), off.spot, off.value + " is off");
  }
}

}  // namespace signgate::policy::lint
