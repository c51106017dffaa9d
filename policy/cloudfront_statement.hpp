// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/ipv4_range.hpp"
#include "policy/json.hpp"

/// CloudFront's policy statements: what is signed when a URL or a cookie is signed.
/// Source throughout: CloudFront Developer Guide, "Create a signed URL using a canned policy" and
/// "... using a custom policy", "Set signed cookies ...".
namespace signgate::policy {

/// max_cloudfront_time is the last second of the year 9999. A later time is milliseconds given for
/// seconds, which CloudFront answers with MalformedPolicy. (The guide's own maximum for Expires is
/// 2147483647, yet every signer takes more.)
inline constexpr std::int64_t max_cloudfront_time = 253402300799;

/// CloudFrontStatement is the one statement of a custom policy. Times are seconds since 1970-01-01
/// UTC.
struct CloudFrontStatement {
  /// resource is a pattern (resource_pattern.hpp). Absent, the statement covers every file of
  /// every distribution that trusts the key.
  std::optional<std::string> resource;
  std::int64_t date_less_than = 0;                // access ends at this second
  std::optional<std::int64_t> date_greater_than;  // access begins after this second
  std::optional<Ipv4Range> ip_address;            // viewers' addresses

  friend bool operator==(const CloudFrontStatement&, const CloudFrontStatement&) = default;
};

/// append_canned_policy writes the canned policy for `url` to the end of `out`, byte for byte as
/// CloudFront rebuilds it from the request: no white space, fixed member order, no final newline.
/// `url` is the whole URL with its own query, without CloudFront's parameters and without a
/// fragment, already percent-encoded; nothing of it is changed but for JSON's escapes. Allocates
/// only what `out` needs to grow. Any thread.
void append_canned_policy(std::string& out, std::string_view url, std::int64_t expires);

/// canned_policy is the same in a string of its own.
[[nodiscard]] std::string canned_policy(std::string_view url, std::int64_t expires);

/// append_custom_policy writes the custom policy to the end of `out` without white space.
/// Conditions stand in the order of the AWS CLI and botocore: DateLessThan, IpAddress,
/// DateGreaterThan (CloudFront takes any). Any thread.
void append_custom_policy(std::string& out, const CloudFrontStatement& statement);

/// custom_policy is the same in a string of its own.
[[nodiscard]] std::string custom_policy(const CloudFrontStatement& statement);

/// max_custom_policy bounds the text that parse_custom_policy takes, in bytes: the policy travels
/// base64-encoded in a URL or a cookie of at most 8 KB.
inline constexpr std::size_t max_custom_policy = 8192;

/// parse_custom_policy reads a custom policy: JSON, strict, exactly one statement in an array,
/// names exact, no other members, no duplicates, times as unquoted integers, DateLessThan
/// required, an IPv4 range in IpAddress. On failure the error names the place and what is legal
/// there. Any thread.
[[nodiscard]] DocumentResult<CloudFrontStatement> parse_custom_policy(std::string_view json);

}  // namespace signgate::policy
