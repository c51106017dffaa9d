// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "policy/lint/documents.hpp"

namespace signgate::policy::lint {

/// BehaviorPolicies is what is known of a behavior's policies; nothing is known of one whose id is
/// neither AWS's own nor a given document's.
struct BehaviorPolicies {
  std::optional<CachePolicy> cache;
  std::optional<OriginRequestPolicy> request;  // known to be empty where the behavior names none

  /// forwards says whether a header field of the viewer reaches the origin; nothing when that is
  /// not known.
  [[nodiscard]] std::optional<bool> forwards(std::string_view header) const noexcept;
};

/// policies_of looks a behavior's policies up. A document without an id, as one has it before it is
/// made, is the one that is meant where it is the only one of its kind and all ids but AWS's own
/// are one. Source: CloudFront Developer Guide, "Use managed cache policies" and "... origin
/// request policies".
[[nodiscard]] BehaviorPolicies policies_of(const Behavior& behavior, const Documents& documents);

}  // namespace signgate::policy::lint
