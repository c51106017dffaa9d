// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/lint/behavior_policies.hpp"
#include "policy/lint/checks.hpp"
#include "policy/lint/s3_vocabulary.hpp"

namespace signgate::policy::lint {
namespace {

bool looks_at_referer(const StatementView& statement) {
  return statement.concerns_cloudfront() &&
         std::ranges::any_of(statement.conditions, [](const ConditionView& condition) {
           return condition.is_referer() && condition.is_text();
         });
}

/// Whether a policy that is on this bucket, as far as one can tell, looks at the Referer.
bool is_referer_checked(const Documents& documents, const std::string& bucket) {
  return std::ranges::any_of(documents.policies, [&](const PolicyView& policy) {
    const bool is_of_bucket =
        std::ranges::any_of(policy.statements, [&](const StatementView& statement) {
          return std::ranges::any_of(statement.resources, [&](const Text& resource) {
            const auto arn = parse_s3_arn(resource.value);
            return !arn || arn->has_wildcard() || arn->bucket == bucket;
          });
        });
    return is_of_bucket && std::ranges::any_of(policy.statements, looks_at_referer);
  });
}

void check_referer(const Behavior& behavior, const BehaviorPolicies& policies, Checker& checker) {
  const auto forwarded = policies.forwards("Referer");
  if (!forwarded) return;
  if (!*forwarded) {
    checker.report(code("referer-not-forwarded"), behavior.spot,
                   behavior.shown() +
                       " does not send Referer to the bucket, whose policy looks at "
                       "it");
    return;
  }
  if (!policies.cache || policies.cache->headers.has("Referer")) return;
  if (policies.cache->lifetimes.max == 0) return;  // nothing is cached
  checker.report(code("referer-not-in-cache-key"), behavior.spot,
                 behavior.shown() +
                     " sends Referer to the bucket, and caches answers without "
                     "regard to it");
}

}  // namespace

void check_forwarding(Checker& checker) {
  const Documents& documents = checker.documents();
  for (const Distribution& distribution : documents.distributions) {
    for (const Behavior& behavior : distribution.behaviors) {
      const auto origin = std::ranges::find(distribution.origins, behavior.origin_id, &Origin::id);
      if (origin == distribution.origins.end()) continue;
      const auto host = parse_s3_host(origin->domain.value);
      if (!host || host->is_website) continue;
      const BehaviorPolicies policies = policies_of(behavior, documents);
      if (policies.forwards("Host") == true) {
        checker.report(
            code("host-forwarded"),
            behavior.origin_request_policy ? behavior.origin_request_policy->spot : behavior.spot,
            behavior.shown() + " sends the viewer's Host to the bucket " + excerpt(host->bucket));
      }
      if (is_referer_checked(documents, host->bucket)) check_referer(behavior, policies, checker);
    }
  }
}

}  // namespace signgate::policy::lint
