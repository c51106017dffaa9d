// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "policy/bucket_policy.hpp"
#include "policy/principal.hpp"
#include "policy/request_context.hpp"

namespace signgate::policy {

/// AccessRequest is what a bucket policy is asked about.
struct AccessRequest {
  Principal principal;
  std::string action;    // "s3:GetObject"
  std::string resource;  // "arn:aws:s3:::BUCKET/KEY", the key unescaped
  RequestContext context;
};

/// Outcome is Allow or one of the two ways to Deny.
enum class Outcome : std::uint8_t {
  allow,
  explicit_deny,  // a Deny statement applies
  implicit_deny,  // no Allow statement applies
};

/// Part is the part of a statement that a request fails at, in the order of the checks.
enum class Part : std::uint8_t { principal, action, resource, condition };

/// Match is what became of one statement: where it stops to match, or that it applies.
struct Match {
  std::optional<Part> failed;            // nothing: the statement applies
  std::optional<std::size_t> condition;  // which one failed

  [[nodiscard]] bool applies() const noexcept { return !failed; }
};

/// Decision is the outcome and what decided. Indices are those of the policy asked.
struct Decision {
  Outcome outcome = Outcome::implicit_deny;
  /// statement is the one that applies; for implicit_deny the Allow that came closest, if there is
  /// any: the one whose checks got furthest, the first of equals.
  std::optional<std::size_t> statement;
  /// failed is where that closest Allow does not match; nothing for the other outcomes.
  std::optional<Part> failed;
  /// condition is the one that failed; of a Deny with conditions the first that is not Null, which
  /// tells most.
  std::optional<std::size_t> condition;

  [[nodiscard]] bool allowed() const noexcept { return outcome == Outcome::allow; }
};

/// match holds one statement against a request. Allocates nothing. Any thread.
[[nodiscard]] Match match(const Statement& statement, const AccessRequest& request) noexcept;

/// evaluate decides by the policy alone: a Deny that applies wins, then any Allow, else it is
/// denied. Allocates nothing. Any thread. Source: IAM User Guide, "Policy evaluation logic".
[[nodiscard]] Decision evaluate(const BucketPolicy& policy, const AccessRequest& request) noexcept;

/// describe tells a decision in one sentence without a full stop, such as `no Allow applies:
/// "FromSite" fails at StringLike aws:Referer; the request has none`. Values of the request are
/// shown up to their `?`, since what follows may be a secret, and four at most. `decision` must
/// come from these two.
[[nodiscard]] std::string describe(const Decision& decision, const BucketPolicy& policy,
                                   const AccessRequest& request);

/// describe tells what became of one statement: "applies", or "fails at ..." as above.
[[nodiscard]] std::string describe(const Match& match, const Statement& statement,
                                   const AccessRequest& request);

}  // namespace signgate::policy
