// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signgate::policy::lint {

/// S3Host is a bucket's host, as an origin's DomainName has it.
struct S3Host {
  std::string bucket;
  bool is_website = false;
};

/// parse_s3_host reads "BUCKET.s3.amazonaws.com", "BUCKET.s3.REGION.amazonaws.com",
/// "BUCKET.s3-REGION.amazonaws.com" and the website endpoints, also those of China. Nothing for any
/// other host. Source: S3 User Guide, "Website endpoints", "Virtual hosting of buckets".
[[nodiscard]] std::optional<S3Host> parse_s3_host(std::string_view host);

/// S3Arn is an ARN of S3's taken apart; views into it.
struct S3Arn {
  std::string_view partition;
  std::string_view bucket;
  std::optional<std::string_view> key;  // what follows the first slash; none = no slash

  /// has_wildcard says whether the bucket's name is not one fixed name.
  [[nodiscard]] bool has_wildcard() const noexcept {
    return bucket.find_first_of("*?$") != std::string_view::npos;
  }
  [[nodiscard]] bool covers_bucket() const noexcept { return !key; }
  [[nodiscard]] bool covers_objects() const noexcept {
    return key ? !key->empty() : bucket.find('*') != std::string_view::npos;
  }
};

/// parse_s3_arn reads "arn:PARTITION:s3:::BUCKET" or "...BUCKET/KEY"; nothing for anything else,
/// access points with their Region included.
[[nodiscard]] std::optional<S3Arn> parse_s3_arn(std::string_view arn) noexcept;

/// ActionReach is what the actions that a pattern covers are about.
struct ActionReach {
  bool objects = false;
  bool buckets = false;
};

/// action_reach says what "s3:GetObject", "s3:Get*" or the like is about, in either case; neither
/// when no known action is covered. Source: Service Authorization Reference, "Actions, resources,
/// and condition keys for Amazon S3".
[[nodiscard]] ActionReach action_reach(std::string_view pattern);

/// is_condition_key says whether a bucket policy's condition may name this key, in lower case: a
/// global one, one of S3's, or a service's of another prefix.
[[nodiscard]] bool is_condition_key(std::string_view key) noexcept;

}  // namespace signgate::policy::lint
