// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/s3_vocabulary.hpp"

#include <algorithm>
#include <array>

#include "policy/text_pattern.hpp"

namespace signgate::policy::lint {
namespace {

// clang-format off
constexpr auto object_actions = std::to_array<std::string_view>({
    "s3:AbortMultipartUpload", "s3:BypassGovernanceRetention", "s3:DeleteObject",
    "s3:DeleteObjectTagging", "s3:DeleteObjectVersion", "s3:DeleteObjectVersionTagging",
    "s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectAttributes", "s3:GetObjectLegalHold",
    "s3:GetObjectRetention", "s3:GetObjectTagging", "s3:GetObjectTorrent", "s3:GetObjectVersion",
    "s3:GetObjectVersionAcl", "s3:GetObjectVersionAttributes",
    "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging",
    "s3:GetObjectVersionTorrent", "s3:InitiateReplication", "s3:ListMultipartUploadParts",
    "s3:ObjectOwnerOverrideToBucketOwner", "s3:PutObject", "s3:PutObjectAcl",
    "s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:PutObjectTagging",
    "s3:PutObjectVersionAcl", "s3:PutObjectVersionTagging", "s3:ReplicateDelete",
    "s3:ReplicateObject", "s3:ReplicateTags", "s3:RestoreObject", "s3:UpdateObjectEncryption",
});
constexpr auto bucket_actions = std::to_array<std::string_view>({
    "s3:CreateBucket", "s3:CreateBucketMetadataTableConfiguration", "s3:DeleteBucket",
    "s3:DeleteBucketMetadataTableConfiguration", "s3:DeleteBucketPolicy", "s3:DeleteBucketWebsite",
    "s3:GetAccelerateConfiguration", "s3:GetAnalyticsConfiguration", "s3:GetBucketAbac",
    "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLocation", "s3:GetBucketLogging",
    "s3:GetBucketMetadataTableConfiguration", "s3:GetBucketNotification",
    "s3:GetBucketObjectLockConfiguration", "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy",
    "s3:GetBucketPolicyStatus", "s3:GetBucketPublicAccessBlock", "s3:GetBucketRequestPayment",
    "s3:GetBucketTagging", "s3:GetBucketVersioning", "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration", "s3:GetIntelligentTieringConfiguration",
    "s3:GetInventoryConfiguration", "s3:GetLifecycleConfiguration", "s3:GetMetricsConfiguration",
    "s3:GetReplicationConfiguration", "s3:ListBucket", "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions", "s3:ListTagsForResource", "s3:PutAccelerateConfiguration",
    "s3:PutAnalyticsConfiguration", "s3:PutBucketAbac", "s3:PutBucketAcl", "s3:PutBucketCORS",
    "s3:PutBucketLogging", "s3:PutBucketNotification", "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketRequestPayment", "s3:PutBucketTagging", "s3:PutBucketVersioning",
    "s3:PutBucketWebsite", "s3:PutEncryptionConfiguration",
    "s3:PutIntelligentTieringConfiguration", "s3:PutInventoryConfiguration",
    "s3:PutLifecycleConfiguration", "s3:PutMetricsConfiguration",
    "s3:PutReplicationConfiguration", "s3:TagResource", "s3:UntagResource",
});
/// Source: IAM User Guide, "AWS global condition context keys".
constexpr auto global_keys = std::to_array<std::string_view>({
    "aws:assumedroot", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast",
    "aws:chatbotsourcearn", "aws:currenttime", "aws:ec2instancesourceprivateipv4",
    "aws:ec2instancesourcevpc", "aws:epochtime", "aws:federatedprovider",
    "aws:ismcpserviceaction", "aws:multifactorauthage", "aws:multifactorauthpresent",
    "aws:principalaccount", "aws:principalarn", "aws:principalisawsservice",
    "aws:principalorgid", "aws:principalorgpaths", "aws:principalservicename",
    "aws:principalservicenameslist", "aws:principaltype", "aws:referer", "aws:requestedregion",
    "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "aws:securetransport",
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceidentity", "aws:sourceip",
    "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner", "aws:sourcevpc",
    "aws:sourcevpcarn", "aws:sourcevpce", "aws:tagkeys", "aws:tokenissuetime", "aws:useragent",
    "aws:userid", "aws:username", "aws:viaawsservice", "aws:vpceaccount", "aws:vpceorgid",
    "aws:vpceorgpaths", "aws:vpcsourceip",
});
constexpr auto s3_keys = std::to_array<std::string_view>({
    "s3:accesspointnetworkorigin", "s3:authtype", "s3:bucketkeyenabled", "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn", "s3:delimiter", "s3:if-match", "s3:if-none-match",
    "s3:inventoryaccessibleoptionalfields", "s3:isjobsuspendedcause", "s3:jobsuspendedcause",
    "s3:locationconstraint", "s3:max-keys", "s3:object-lock-legal-hold", "s3:object-lock-mode",
    "s3:object-lock-remaining-retention-days", "s3:object-lock-retain-until-date",
    "s3:objectcreationoperation", "s3:prefix", "s3:requestobjecttagkeys", "s3:resourceaccount",
    "s3:signatureage", "s3:signatureversion", "s3:tlsversion", "s3:versionid", "s3:x-amz-acl",
    "s3:x-amz-content-sha256", "s3:x-amz-copy-source", "s3:x-amz-grant-full-control",
    "s3:x-amz-grant-read", "s3:x-amz-grant-read-acp", "s3:x-amz-grant-write",
    "s3:x-amz-grant-write-acp", "s3:x-amz-metadata-directive", "s3:x-amz-object-ownership",
    "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:x-amz-server-side-encryption-customer-algorithm", "s3:x-amz-storage-class",
    "s3:x-amz-website-redirect-location",
});
/// What goes on with a tag's name.
constexpr auto tag_keys = std::to_array<std::string_view>({
    "aws:principaltag/", "aws:requesttag/", "aws:resourcetag/", "s3:existingobjecttag/",
    "s3:requestobjecttag/", "s3:buckettag/", "s3:accesspointtag/",
});
// clang-format on

template <class List>
bool holds(const List& list, std::string_view key) noexcept {
  return std::ranges::find(list, key) != list.end();
}

}  // namespace

std::optional<S3Host> parse_s3_host(std::string_view host) {
  for (const std::string_view suffix : {".amazonaws.com", ".amazonaws.com.cn"}) {
    if (!host.ends_with(suffix)) continue;
    const std::string_view name = host.substr(0, host.size() - suffix.size());
    const std::size_t at = name.rfind(".s3");
    if (at == std::string_view::npos || at == 0) return std::nullopt;
    const std::string_view service = name.substr(at + 3);
    if (!service.empty() && service.front() != '.' && service.front() != '-') return std::nullopt;
    return S3Host{std::string(name.substr(0, at)), service.starts_with("-website")};
  }
  return std::nullopt;
}

std::optional<S3Arn> parse_s3_arn(std::string_view arn) noexcept {
  if (!arn.starts_with("arn:")) return std::nullopt;
  arn.remove_prefix(4);
  const std::size_t end = arn.find(':');
  if (end == std::string_view::npos) return std::nullopt;
  S3Arn out{arn.substr(0, end), {}, {}};
  arn.remove_prefix(end);
  if (!arn.starts_with(":s3:::")) return std::nullopt;
  arn.remove_prefix(6);
  const std::size_t slash = arn.find('/');
  out.bucket = arn.substr(0, slash);
  if (slash != std::string_view::npos) out.key = arn.substr(slash + 1);
  return out;
}

ActionReach action_reach(std::string_view pattern) {
  const auto compiled = TextPattern::compile(pattern, {.wildcards = true, .ignore_case = true});
  if (!compiled) return {};
  const auto covered = [&](std::string_view action) { return compiled->matches(action); };
  return {std::ranges::any_of(object_actions, covered),
          std::ranges::any_of(bucket_actions, covered)};
}

bool is_condition_key(std::string_view key) noexcept {
  if (!key.starts_with("aws:") && !key.starts_with("s3:")) return true;
  if (holds(global_keys, key) || holds(s3_keys, key)) return true;
  return std::ranges::any_of(tag_keys, [&](std::string_view tag) { return key.starts_with(tag); });
}

}  // namespace signgate::policy::lint
