// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/argument_error.hpp"
#include "policy/bucket_policy_writer.hpp"

/// Writes the documents that `aws cloudfront create-*` takes for a distribution that serves a
/// private bucket to signed requests. Source throughout: Amazon CloudFront API Reference, the data
/// types of those names.
namespace signgate::policy {

/// DistributionDocument names the documents, in the order in which they are needed.
enum class DistributionDocument : std::uint8_t {
  public_key,             // create-public-key
  key_group,              // create-key-group
  origin_access_control,  // create-origin-access-control
  cache_policy,           // create-cache-policy
  origin_request_policy,  // create-origin-request-policy
  distribution,           // create-distribution
  bucket_policy,          // aws s3api put-bucket-policy
};

/// distribution_documents is all of them.
inline constexpr std::array distribution_documents = {
    DistributionDocument::public_key,
    DistributionDocument::key_group,
    DistributionDocument::origin_access_control,
    DistributionDocument::cache_policy,
    DistributionDocument::origin_request_policy,
    DistributionDocument::distribution,
    DistributionDocument::bucket_policy,
};

/// document_name is its file's name without ".json": "public-key-config", "bucket-policy".
[[nodiscard]] std::string_view document_name(DistributionDocument document) noexcept;

/// RefererUse is how the viewer's Referer reaches the bucket; without a policy that says so
/// CloudFront takes the header off.
enum class RefererUse : std::uint8_t {
  in_cache_key,  // part of the cache key: the bucket decides for each Referer
  on_miss,       // forwarded alone: the bucket decides on a miss, and all get what is cached then
  off,           // not forwarded
};

/// What stands in the place of what only AWS can tell, until it has. All begin alike.
inline constexpr std::string_view placeholder_prefix = "REPLACE_WITH_";
inline constexpr std::string_view public_key_placeholder = "REPLACE_WITH_PUBLIC_KEY_PEM";
inline constexpr std::string_view public_key_id_placeholder = "REPLACE_WITH_PUBLIC_KEY_ID";
inline constexpr std::string_view key_group_id_placeholder = "REPLACE_WITH_KEY_GROUP_ID";
inline constexpr std::string_view origin_access_control_id_placeholder =
    "REPLACE_WITH_ORIGIN_ACCESS_CONTROL_ID";
inline constexpr std::string_view cache_policy_id_placeholder = "REPLACE_WITH_CACHE_POLICY_ID";
inline constexpr std::string_view origin_request_policy_id_placeholder =
    "REPLACE_WITH_ORIGIN_REQUEST_POLICY_ID";
inline constexpr std::string_view certificate_placeholder = "REPLACE_WITH_ACM_CERTIFICATE_ARN";
inline constexpr std::string_view distribution_arn_placeholder = "REPLACE_WITH_DISTRIBUTION_ARN";

/// CacheBehavior is one path pattern of a distribution; the first that matches a path counts.
struct CacheBehavior {
  std::string path_pattern;  // "private/*"
  bool is_signed = true;     // requests need a signed URL or cookies
};

/// DistributionPlan is what the documents are to say. An empty id stands for one that is not known
/// yet, and is written as its placeholder. Nothing here is checked by the writer.
struct DistributionPlan {
  std::string name;              // what the parts' names begin with: see check_plan_name
  std::string caller_reference;  // the same again means the same distribution to CloudFront
  std::string region;            // of the bucket
  std::vector<CacheBehavior> behaviors;
  bool default_is_signed = true;  // what no pattern matches
  std::vector<std::string> aliases;
  RefererUse referer = RefererUse::off;
  bool ipv6 = true;  // off where policies hold viewers' addresses, which are IPv4 alone
  std::string public_key_pem;
  std::vector<std::string> public_key_ids;
  std::vector<std::string> key_group_ids;
  std::string origin_access_control_id;
  std::string cache_policy_id;
  std::string origin_request_policy_id;
  std::string certificate_arn;
  BucketPolicyPlan bucket_policy;  // its source_arn may be empty
};

/// is_needed says whether a document is part of the plan: those whose ids are given exist already,
/// and only RefererUse::on_miss has an origin request policy.
[[nodiscard]] bool is_needed(DistributionDocument document, const DistributionPlan& plan) noexcept;

/// write_distribution_document is that document as JSON, indented by two spaces, without a final
/// newline. Any thread.
[[nodiscard]] std::string write_distribution_document(DistributionDocument document,
                                                      const DistributionPlan& plan);

/// check_plan_name refuses what not all parts may be named: 1 to 40 letters, digits, `-` and `_`
/// will do for each. Any thread.
[[nodiscard]] std::optional<ArgumentError> check_plan_name(std::string_view name);

/// check_path_pattern refuses what CloudFront does not take as a path pattern: 1 to 255 characters,
/// letters, digits and `_-.*?$/~"'@:+&`. Any thread. Source: CloudFront Developer Guide, "Path
/// pattern".
[[nodiscard]] std::optional<ArgumentError> check_path_pattern(std::string_view pattern);

}  // namespace signgate::policy
