// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/lint/finding.hpp"
#include "policy/lint/policy_view.hpp"

/// The documents of CloudFront and S3 that lint looks at together, as far as it looks at them: what
/// `aws cloudfront create-*` takes and `get-*` prints.
/// Source: CloudFront API Reference, data types; S3 API Reference, PublicAccessBlockConfiguration.
namespace signgate::policy::lint {

/// Origin is where a distribution gets its files.
struct Origin {
  std::string id;
  Text domain;
  std::optional<Text> access_control;   // OriginAccessControlId, not empty
  std::optional<Text> access_identity;  // S3OriginConfig's OriginAccessIdentity, not empty
  bool has_s3_config = false;
  Spot spot;
};

/// Lifetimes are MinTTL, DefaultTTL and MaxTTL in seconds, as far as they are given.
struct Lifetimes {
  std::optional<std::int64_t> min;
  std::optional<std::int64_t> usual;
  std::optional<std::int64_t> max;
  Spot min_spot;
  Spot usual_spot;
  Spot max_spot;
};

/// Selection says which header fields or parameters are meant.
struct Selection {
  enum class Kind : std::uint8_t { none, listed, all, all_but };
  Kind kind = Kind::none;
  std::vector<Text> names;
  Spot spot;

  /// has says whether `name` is among them, in either case.
  [[nodiscard]] bool has(std::string_view name) const noexcept;
};

/// CachePolicy is what a cache policy says, or a behavior's older ForwardedValues.
struct CachePolicy {
  std::string id;  // empty = not known
  Lifetimes lifetimes;
  Selection headers;
  Selection query;
  Spot spot;
};

/// OriginRequestPolicy is what goes to the origin beyond what is in the cache key.
struct OriginRequestPolicy {
  std::string id;  // empty = not known
  Selection headers;
  Selection query;
  Spot spot;
};

/// Behavior is one cache behavior.
struct Behavior {
  std::optional<Text> pattern;  // none = the default behavior
  std::string origin_id;
  std::vector<Text> key_groups;  // of enabled TrustedKeyGroups
  bool trusts_key_groups = false;
  std::optional<Spot> signers;  // enabled TrustedSigners
  Spot groups_spot;             // of TrustedKeyGroups, or the behavior
  Text viewer_protocol;
  std::optional<Text> cache_policy;
  std::optional<Text> origin_request_policy;
  std::optional<CachePolicy> forwarded;  // ForwardedValues and the TTLs beside it
  Spot spot;

  /// is_signed says whether requests need a signature.
  [[nodiscard]] bool is_signed() const noexcept { return trusts_key_groups || signers.has_value(); }
  /// shown is the path pattern in quotes, or "the default behavior".
  [[nodiscard]] std::string shown() const;
};

/// Distribution is a distribution's configuration, and what CloudFront tells of it once it exists.
struct Distribution {
  std::string id;      // empty = not known
  std::string arn;     // likewise
  std::string domain;  // d111111abcdef8.cloudfront.net; likewise
  std::vector<Text> aliases;
  std::vector<Origin> origins;
  std::vector<Behavior> behaviors;  // in the order in which they are tried, the default one last
  std::optional<Spot> ipv6;         // IsIPV6Enabled is true
  Spot spot;
};

/// AccessControl is an origin access control.
struct AccessControl {
  std::string id;  // empty = not known
  Text signing_behavior;
  Text origin_type;
  Spot spot;
};

/// KeyGroup holds ids of public keys.
struct KeyGroup {
  std::string id;  // empty = not known
  std::vector<Text> keys;
  Spot spot;
};

/// PublicKeyDocument is a public key's PEM text.
struct PublicKeyDocument {
  std::string id;  // empty = not known
  Text pem;
};

/// PublicAccessBlock is S3's Block Public Access.
struct PublicAccessBlock {
  bool blocks_policy = false;      // BlockPublicPolicy
  bool restricts_buckets = false;  // RestrictPublicBuckets
  std::vector<Text> off;           // the members that are false or absent
  Spot spot;
};

/// Documents are the files' contents by kind.
struct Documents {
  std::vector<PolicyView> policies;
  std::vector<Distribution> distributions;
  std::vector<CachePolicy> cache_policies;
  std::vector<OriginRequestPolicy> origin_request_policies;
  std::vector<AccessControl> access_controls;
  std::vector<KeyGroup> key_groups;
  std::vector<PublicKeyDocument> public_keys;
  std::vector<PublicAccessBlock> access_blocks;
  /// Strings that `policy distribution` left to be filled in, in whatever document: read_document
  /// tells of them, and nothing else is said of their texts.
  std::set<Spot> placeholders;
};

/// max_document is the longest document that is read, in bytes: no limit of AWS, but far beyond
/// what its commands take.
inline constexpr std::size_t max_document = 1024 * 1024;

/// read_document reads one JSON document of the file with that number: it tells the kind by the
/// members, adds what it is to `documents`, and what is wrong with its form to `findings`. What has
/// a wrong form is left out; the rest is read. Bucket policies and signed policies are also held to
/// the strict parsers, whose first error is a finding. Any thread.
void read_document(std::string_view json, std::uint32_t file, Documents& documents,
                   Findings& findings);

/// spare_placeholders takes out what `findings` say of placeholders, but that they are some.
void spare_placeholders(const Documents& documents, Findings& findings);

}  // namespace signgate::policy::lint
