// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "policy/lint/checks.hpp"
#include "policy/lint/s3_vocabulary.hpp"

namespace signgate::policy::lint {
namespace {

/// Whether the statement's actions and resources can meet.
void check_levels(const StatementView& statement, Checker& checker) {
  if (statement.not_resource || statement.not_action || statement.resources.empty()) return;
  bool objects = false;
  bool buckets = false;
  for (const Text& resource : statement.resources) {
    const auto arn = parse_s3_arn(resource.value);
    // Access points and a lone star are taken as both.
    objects |= !arn || arn->covers_objects();
    buckets |= !arn || arn->covers_bucket();
  }
  const Text& first = statement.resources.front();
  for (const Text& action : statement.actions) {
    const ActionReach reach = action_reach(action.value);
    if (reach.objects && !reach.buckets && !objects) {
      checker.report(
          code("resource-without-objects"), first.spot,
          excerpt(action.value) + " is about objects, and " + excerpt(first.value) + " has none");
    } else if (reach.buckets && !reach.objects && !buckets) {
      checker.report(code("resource-with-objects"), first.spot,
                     excerpt(action.value) + " is about the bucket, and " + excerpt(first.value) +
                         " is objects in it");
    }
  }
}

/// One bucket that the policy names, and where.
struct NamedBucket {
  std::string name;
  Spot spot;
};

std::vector<NamedBucket> buckets_of(const PolicyView& policy) {
  std::vector<NamedBucket> out;
  for (const StatementView& statement : policy.statements) {
    for (const Text& resource : statement.resources) {
      const auto arn = parse_s3_arn(resource.value);
      if (!arn || arn->has_wildcard()) continue;
      if (std::ranges::find(out, arn->bucket, &NamedBucket::name) == out.end())
        out.push_back({std::string(arn->bucket), resource.spot});
    }
  }
  return out;
}

bool lets_read(const StatementView& statement, const std::string& bucket) {
  if (!statement.allows || !statement.covers_action("s3:GetObject")) return false;
  const bool meant = std::ranges::any_of(statement.services, [](const Text& service) {
    return lower_case(service.value).find("cloudfront") != std::string::npos;
  });
  if (!meant && !statement.concerns_cloudfront()) return false;
  return statement.not_resource ||
         std::ranges::any_of(statement.resources, [&](const Text& resource) {
           const auto arn = parse_s3_arn(resource.value);
           return !arn || arn->has_wildcard() || arn->bucket == bucket;
         });
}

}  // namespace

void check_resources(const PolicyView& policy, Checker& checker) {
  for (const StatementView& statement : policy.statements)
    check_levels(statement, checker);
  const auto named = buckets_of(policy);
  for (std::size_t i = 1; i < named.size(); ++i) {
    checker.report(code("two-buckets"), named[i].spot,
                   "the policy names the bucket " + excerpt(named[0].name) + ", and here " +
                       excerpt(named[i].name));
  }
  if (named.size() != 1) return;

  std::set<std::string> origins;
  bool is_read_by_signature = false;
  for (const Distribution& distribution : checker.documents().distributions) {
    for (const Origin& origin : distribution.origins) {
      const auto host = parse_s3_host(origin.domain.value);
      if (!host) continue;
      origins.insert(host->bucket);
      is_read_by_signature |=
          host->bucket == named[0].name && !host->is_website && origin.access_control.has_value();
    }
  }
  if (!origins.empty() && !origins.contains(named[0].name)) {
    checker.report(code("bucket-mismatch"), named[0].spot,
                   "the policy is for the bucket " + excerpt(named[0].name) +
                       ", and the origin is " + excerpt(*origins.begin()));
    return;
  }
  const bool lets = std::ranges::any_of(policy.statements, [&](const StatementView& statement) {
    return lets_read(statement, named[0].name);
  });
  if (is_read_by_signature && !lets) {
    checker.report(
        code("oac-not-allowed"), policy.spot,
        "no statement allows cloudfront.amazonaws.com to read " + excerpt(named[0].name + "/*"));
  }
}

}  // namespace signgate::policy::lint
