// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "policy/lint/checks.hpp"
#include "policy/lint/path_pattern.hpp"

namespace signgate::policy::lint {
namespace {

/// Source: CloudFront quotas, key groups of a cache behavior.
constexpr std::size_t max_groups = 4;

/// What CloudFront takes out of the request. Source: CloudFront Developer Guide, "Use signed URLs".
constexpr auto reserved = std::to_array<std::string_view>(
    {"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"});

/// What earlier behaviors take from this one. `one` has a pattern.
void check_order(const Behavior* first, const Behavior& one, Checker& checker) {
  const std::string& pattern = one.pattern->value;
  for (const Behavior* earlier = first; earlier != &one; ++earlier) {
    const std::string& before = earlier->pattern->value;
    if (covers(before, pattern)) {
      checker.report(code("behavior-shadowed"), one.pattern->spot,
                     excerpt(pattern) + " comes after " + excerpt(before) + ", which covers it");
      return;
    }
  }
  if (!one.is_signed()) return;
  for (const Behavior* earlier = first; earlier != &one; ++earlier) {
    const std::string& before = earlier->pattern->value;
    // A folder within the private one that is open is meant so.
    if (earlier->is_signed() || covers(pattern, before) || !overlaps(before, pattern)) continue;
    checker.report(code("behavior-overlap"), earlier->pattern->spot,
                   excerpt(before) + " needs no signature and comes before " + excerpt(pattern) +
                       ", which does");
  }
}

void check_query(const Selection& query, Checker& checker) {
  if (query.kind != Selection::Kind::listed) return;
  for (const Text& name : query.names) {
    if (std::ranges::find(reserved, name.value) == reserved.end()) continue;
    checker.report(code("signing-parameters"), name.spot,
                   excerpt(name.value) + " is a parameter of CloudFront's own");
  }
}

}  // namespace

void check_behaviors(Checker& checker) {
  const Documents& documents = checker.documents();
  for (const Distribution& distribution : documents.distributions) {
    for (const Behavior& behavior : distribution.behaviors) {
      if (behavior.pattern) check_order(distribution.behaviors.data(), behavior, checker);
      if (behavior.is_signed() && behavior.viewer_protocol.value == "allow-all") {
        checker.report(code("viewer-protocol"), behavior.viewer_protocol.spot,
                       behavior.shown() + " takes signed links over plain http");
      }
      if (behavior.signers) {
        checker.report(code("legacy-signers"), *behavior.signers,
                       behavior.shown() + " has trusted signers");
      }
      if (behavior.key_groups.size() > max_groups) {
        checker.report(code("groups-over-quota"), behavior.groups_spot,
                       behavior.shown() + " has " + std::to_string(behavior.key_groups.size()) +
                           " key groups");
      }
      if (behavior.forwarded) check_query(behavior.forwarded->query, checker);
    }
  }
  for (const CachePolicy& policy : documents.cache_policies)
    check_query(policy.query, checker);
  for (const OriginRequestPolicy& policy : documents.origin_request_policies)
    check_query(policy.query, checker);
}

}  // namespace signgate::policy::lint
