// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/lint/checks.hpp"
#include "policy/lint/s3_vocabulary.hpp"

namespace signgate::policy::lint {
namespace {

void check_origin(const Origin& origin, Checker& checker) {
  if (origin.access_identity) {
    checker.report(
        code("legacy-oai"), origin.access_identity->spot,
        "the origin " + excerpt(origin.id) + " has an origin access identity" +
            (origin.access_control ? " beside its access control; CloudFront takes one of the two"
                                   : ""));
  }
  const auto host = parse_s3_host(origin.domain.value);
  if (!host) return;
  if (host->is_website) {
    if (origin.access_control || origin.has_s3_config) {
      checker.report(code("website-endpoint"), origin.domain.spot,
                     excerpt(origin.domain.value) + " is a website endpoint");
    }
  } else if (!origin.access_control && !origin.access_identity) {
    checker.report(code("oac-missing"), origin.spot,
                   "the origin " + excerpt(origin.id) + " has no OriginAccessControlId");
  }
}

/// Whether an S3 origin uses it, as far as one can tell.
bool serves_s3(const AccessControl& control, const Documents& documents) {
  if (documents.distributions.empty()) return !documents.policies.empty();
  return std::ranges::any_of(documents.distributions, [&](const Distribution& distribution) {
    return std::ranges::any_of(distribution.origins, [&](const Origin& origin) {
      return origin.access_control && parse_s3_host(origin.domain.value) &&
             (control.id.empty() || control.id == origin.access_control->value);
    });
  });
}

}  // namespace

void check_origins(Checker& checker) {
  for (const Distribution& distribution : checker.documents().distributions) {
    for (const Origin& origin : distribution.origins)
      check_origin(origin, checker);
  }
  for (const AccessControl& control : checker.documents().access_controls) {
    if (control.signing_behavior.value == "never") {
      checker.report(code("oac-never"), control.signing_behavior.spot, "SigningBehavior is never");
    } else if (control.signing_behavior.value == "no-override") {
      checker.report(code("oac-no-override"), control.signing_behavior.spot,
                     "SigningBehavior is no-override");
    }
    if (control.origin_type.value != "s3" && serves_s3(control, checker.documents())) {
      checker.report(
          code("oac-origin-type"), control.origin_type.spot,
          "it is for " + excerpt(control.origin_type.value) + ", and the origin is a bucket");
    }
  }
}

}  // namespace signgate::policy::lint
