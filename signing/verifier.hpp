// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "policy/cloudfront_statement.hpp"
#include "signing/algorithm.hpp"
#include "signing/error.hpp"
#include "signing/public_key.hpp"

/// The other side of signing: what CloudFront does with a signed request. No I/O, no clock.
/// Source: CloudFront Developer Guide, "Use signed URLs", how they work; AWS knowledge centre,
/// "troubleshoot signed URL" for the codes.
namespace signgate::signing {

/// DenialCode is the code in CloudFront's 403 answer.
enum class DenialCode : std::uint8_t {
  missing_key,
  invalid_key,
  malformed_signature,
  malformed_policy,
  access_denied,
};

/// denial_code_name is the code as CloudFront writes it in `<Code>`: "MissingKey", "InvalidKey",
/// ...
[[nodiscard]] std::string_view denial_code_name(DenialCode code) noexcept;

/// denial_message is what CloudFront writes in `<Message>` with that code.
[[nodiscard]] std::string_view denial_message(DenialCode code) noexcept;

/// DenialReason says which check failed; finer than the code, and never told to viewers by
/// CloudFront.
enum class DenialReason : std::uint8_t {
  not_signed,               // none of the parameters is there
  missing_key_pair_id,      // no id, an empty or malformed one, or two
  unknown_key,              // no trusted key has this id
  missing_signature,        // no signature, or two
  undecodable_signature,    // not CloudFront's base64, or too few bytes for the key
  missing_policy,           // neither Expires nor Policy, or both, or two of one
  undecodable_policy,       // Policy is not CloudFront's base64, or Expires no number
  unknown_hash_algorithm,   // Hash-Algorithm is neither SHA1 nor SHA256, or there are two
  bad_signature,            // the signature is not that key's over that policy
  invalid_policy,           // signed, but not what a policy may be
  time_in_milliseconds,     // a time past the year 9999
  resource_mismatch,        // Resource does not cover the URL
  not_yet_valid,            // at or before DateGreaterThan
  expired,                  // at or after DateLessThan
  viewer_address_mismatch,  // the viewer is not in IpAddress
  viewer_address_unknown,   // the policy has IpAddress and the viewer has no IPv4 address
};

/// denial_reason_name is a stable name for headers, logs and metrics: "expired", "bad_signature",
/// ...
[[nodiscard]] std::string_view denial_reason_name(DenialReason reason) noexcept;

/// Denial is why a request is refused. `cause` is one sentence for people, such as "it expired 42
/// s ago, at 2030-01-01T00:00:00Z"; it holds no signature.
struct Denial {
  DenialCode code;
  DenialReason reason;
  std::string cause;
};

/// throw_exception_from_error lets Verdict::value() exist; reaching it is a bug: std::logic_error.
[[noreturn]] void throw_exception_from_error(const Denial& denial,
                                             const boost::source_location& where);

/// PolicyKind says which kind of policy was presented.
enum class PolicyKind : std::uint8_t { canned, custom };

/// Grant is what an allowed request was allowed by.
struct Grant {
  std::string key_pair_id;
  PolicyKind kind;
  policy::CloudFrontStatement statement;
};

/// Verdict is a Grant, or the Denial that takes its place.
using Verdict = boost::system::result<Grant, Denial>;

/// TrustedKeys holds the public keys that may have signed, by Key-Pair-Id: a distribution's
/// trusted key groups.
using TrustedKeys = std::map<std::string, PublicKey, std::less<>>;

/// Viewer is what the policy's conditions are held against.
struct Viewer {
  UnixSeconds now = 0;                              // when the request arrived
  std::optional<policy::Ipv4Address> ipv4_address;  // none: over IPv6, or not known
};

/// Presented is what a request brought along to be let in, from the query or from cookies: raw
/// values.
struct Presented {
  std::optional<std::string_view> expires;
  std::optional<std::string_view> policy;
  std::optional<std::string_view> signature;
  std::optional<std::string_view> key_pair_id;
  std::optional<std::string_view> hash_algorithm;
  bool repeated_policy = false;  // Expires or Policy stood there twice
  bool repeated_signature =
      false;  // and so on: which of two counts is not told by any page, so neither does
  bool repeated_key_pair_id = false;
  bool repeated_hash_algorithm = false;
};

/// SignedRequest is a request URL taken apart: what was presented, and the rest, which is what
/// must be covered.
struct SignedRequest {
  std::string resource;  // the URL without fragment and without CloudFront's parameters
  Presented presented;   // views into the URL given
};

/// read_signed_url takes `url` (as the viewer sent it, with scheme and host) apart. `url` must
/// outlive the result.
[[nodiscard]] SignedRequest read_signed_url(std::string_view url);

/// verify decides about a request for `resource` with what was `presented`: key id, then
/// signature, then the policy's conditions, as CloudFront does. For a canned policy the signed
/// text is rebuilt from `resource` and Expires. Fails closed: what is ambiguous is denied. Bounded
/// work: one signature check at most. Any thread.
[[nodiscard]] Verdict verify(std::string_view resource, const Presented& presented,
                             const TrustedKeys& keys, const Viewer& viewer);

/// verify_url is read_signed_url and verify in one. Any thread.
[[nodiscard]] Verdict verify_url(std::string_view url, const TrustedKeys& keys,
                                 const Viewer& viewer);

}  // namespace signgate::signing
