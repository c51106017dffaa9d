// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/argument_error.hpp"

/// The names that a bucket policy for CloudFront is made of.
namespace signgate::policy {

/// check_bucket_name says what is wrong with the name of a general purpose bucket; nothing if it is
/// one. Any thread. Source: S3 User Guide, "General purpose bucket naming rules".
[[nodiscard]] std::optional<ArgumentError> check_bucket_name(std::string_view name);

/// DistributionArn is `arn:PARTITION:cloudfront::ACCOUNT:distribution/ID` in its parts.
struct DistributionArn {
  std::string partition;  // aws, aws-cn, aws-us-gov
  std::string account;    // twelve digits
  std::string id;         // upper-case letters and digits
};

/// parse_distribution_arn reads a distribution's ARN. There is no Region in it, since CloudFront
/// has none, and no wildcard: StringEquals would compare it as it stands. Any thread. Source:
/// Service Authorization Reference, "Resource types defined by Amazon CloudFront".
[[nodiscard]] ArgumentResult<DistributionArn> parse_distribution_arn(std::string_view text);

/// is_partition says whether `name` is a partition that buckets live in: aws, aws-cn, aws-us-gov.
[[nodiscard]] bool is_partition(std::string_view name) noexcept;

/// partition_of_region is the partition that an AWS Region belongs to, by its prefix; nothing when
/// `region` does not look like one ("eu-central-1"). Any thread.
[[nodiscard]] std::optional<std::string_view> partition_of_region(std::string_view region) noexcept;

}  // namespace signgate::policy
