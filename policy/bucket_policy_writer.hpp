// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// Writes the bucket policy that lets one CloudFront distribution read a bucket by its origin
/// access control, and asks for the Referer of a site.
namespace signgate::policy {

/// BucketPolicyPlan is what a bucket policy is to say. Nothing here is checked by the writer:
/// s3_names.hpp and referer_patterns.hpp do.
struct BucketPolicyPlan {
  std::string bucket;
  std::string partition = "aws";  // of the bucket
  std::string source_arn;         // the distribution's
  /// referers are the patterns of which a request's Referer has to match one; none: any or none
  /// will do.
  std::vector<std::string> referers;
  /// deny_other: other Referers are denied by a Deny statement for everybody, which other
  /// statements cannot take back; else the Allow holds for these Referers alone.
  bool deny_other = false;
  bool allow_missing_referer = false;  // a request without any Referer passes
  bool list_bucket = false;            // s3:ListBucket: a missing key is 404, not 403
};

/// write_bucket_policy is the policy, indented by two spaces, without a final newline. Statements:
/// the read of objects by CloudFront's service principal for that distribution, then ListBucket for
/// it if asked, then the Deny. A missing Referer: `StringLike` is false and `StringNotLike` true
/// without the key, so both forms deny it; to let it pass the Allow takes `StringLikeIfExists`, and
/// the Deny `Null` beside (IfExists would make it true still). May be longer than
/// max_bucket_policy, which S3 takes no more than. Any thread. Source: CloudFront Developer Guide,
/// "Restrict access to an Amazon S3 origin"; IAM User Guide, "Condition operators".
[[nodiscard]] std::string write_bucket_policy(const BucketPolicyPlan& plan);

}  // namespace signgate::policy
