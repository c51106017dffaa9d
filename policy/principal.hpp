// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/json.hpp"

namespace signgate::policy {

/// PrincipalKind says who makes a request, and is the member name under `Principal`.
enum class PrincipalKind : std::uint8_t { anonymous, aws, service, federated, canonical_user };

/// Principal is who makes a request.
struct Principal {
  PrincipalKind kind = PrincipalKind::anonymous;
  /// id is an AWS principal's ARN, an account's being its :root; a service's name,
  /// "cloudfront.amazonaws.com"; empty for anonymous.
  std::string id;

  /// account is the twelve digits of an AWS principal's ARN; empty otherwise.
  [[nodiscard]] std::string_view account() const noexcept;

  /// session_role is the name of the role, without its path, that an assumed-role session has;
  /// empty for all others.
  [[nodiscard]] std::string_view session_role() const noexcept;
};

/// PrincipalEntry is one principal that a statement names.
struct PrincipalEntry {
  PrincipalKind kind = PrincipalKind::aws;
  std::string id;  // as written
  Position position;
};

/// PrincipalElement is a statement's `Principal`, or its `NotPrincipal` when `negated`.
/// Source: IAM User Guide, "IAM JSON policy elements: Principal" and "NotPrincipal".
struct PrincipalElement {
  bool negated = false;
  bool grants = false;    // it stands in an Allow, which is the careful way for NotPrincipal
  bool everyone = false;  // "*", or {"AWS": "*"}, the same in a bucket policy: services too
  std::vector<PrincipalEntry> entries;
  Position position;

  /// covers says whether the statement is about `principal`. An account ("123456789012", or its
  /// :root ARN) names every principal of it, a role every session of it; all others are compared
  /// exactly, in case too. A Deny by NotPrincipal leaves out only who is named at every level:
  /// account, then user or role, then session; an Allow by it leaves out who is named in any way.
  /// Any thread. Source: IAM User Guide, "NotPrincipal" ("you must also specify the account ARN").
  [[nodiscard]] bool covers(const Principal& principal) const noexcept;
};

/// parse_principal reads the value of `Principal` or `NotPrincipal`: "*", or an object whose
/// members AWS, Service, Federated and CanonicalUser hold a string or a list. A wildcard that is
/// not a whole AWS principal is an error, as in S3.
[[nodiscard]] DocumentResult<PrincipalElement> parse_principal(const JsonValue& value,
                                                               bool negated);

}  // namespace signgate::policy
