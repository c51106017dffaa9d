// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "policy/json.hpp"
#include "policy/lint/documents.hpp"
#include "policy/lint/member_reader.hpp"

namespace signgate::policy::lint {

/// read_distribution reads a DistributionConfig. What CloudFront tells of it beside that is the
/// caller's to add. Source: CloudFront API Reference, DistributionConfig.
[[nodiscard]] Distribution read_distribution(const JsonValue& config, MemberReader& reader);

/// read_lifetimes takes MinTTL, DefaultTTL and MaxTTL of an object.
[[nodiscard]] Lifetimes read_lifetimes(const JsonValue& object, MemberReader& reader);

}  // namespace signgate::policy::lint
