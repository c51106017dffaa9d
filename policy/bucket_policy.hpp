// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/arn_pattern.hpp"
#include "policy/condition.hpp"
#include "policy/json.hpp"
#include "policy/principal.hpp"
#include "policy/text_pattern.hpp"

/// S3 bucket policies: the document as values, each with its place. evaluate.hpp decides by it.
namespace signgate::policy {

/// max_bucket_policy is the longest bucket policy, in bytes. Source: S3 User Guide, "Bucket
/// policies".
inline constexpr std::size_t max_bucket_policy = 20 * 1024;

/// Effect is what a statement does when it applies.
enum class Effect : std::uint8_t { allow, deny };

/// ActionPattern is one entry of Action or NotAction: "s3:GetObject", "s3:*", "*", in any case.
struct ActionPattern {
  TextPattern pattern;
  std::string text;
  Position position;
};

/// ResourceArn is one entry of Resource or NotResource: an S3 ARN with wildcards, or "*".
struct ResourceArn {
  ArnPattern pattern;
  std::string text;
  Position position;
};

/// Statement is one statement of a bucket policy. It applies to a request when principal, action,
/// resource and all conditions match.
struct Statement {
  std::string sid;  // may be empty
  Effect effect = Effect::allow;
  PrincipalElement principal;
  std::vector<ActionPattern> actions;
  bool not_action = false;  // matches every action that none of `actions` does
  std::vector<ResourceArn> resources;
  bool not_resource = false;
  std::vector<Condition> conditions;
  Position position;
};

/// BucketPolicy is a whole document. Read-only use from any thread.
struct BucketPolicy {
  std::string version;  // "2012-10-17" or "2008-10-17", which is the default
  std::string id;
  std::vector<Statement> statements;
};

/// parse_bucket_policy reads a bucket policy, to the first error: what is unknown, missing, twice,
/// of a wrong type or without a meaning is one, with its place and what is legal. Member names
/// count in case. Bounded by max_bucket_policy. Any thread. Source: IAM User Guide, "Grammar of the
/// IAM JSON policy language"; S3 User Guide, "Policies in Amazon S3".
[[nodiscard]] DocumentResult<BucketPolicy> parse_bucket_policy(std::string_view json);

/// statement_name is how messages call a statement: its Sid in quotes, else "statement N", counted
/// from 1.
[[nodiscard]] std::string statement_name(const BucketPolicy& policy, std::size_t index);

}  // namespace signgate::policy
