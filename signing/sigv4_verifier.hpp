// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signing/sigv4.hpp"

/// The store's side of AWS Signature Version 4. Pure: the caller has the clock and the secrets.
namespace signgate::signing {

/// SigV4Authorization is an Authorization field that was read.
struct SigV4Authorization {
  std::string access_key_id;
  SigV4Scope scope;
  std::vector<std::string> signed_headers;  // as listed
  std::string signature;                    // 64 lower-case digits
};

/// parse_sigv4_authorization reads `AWS4-HMAC-SHA256 Credential=..., SignedHeaders=...,
/// Signature=...`, its parts in any order; nothing when a part is missing, twice there, or of
/// another form.
[[nodiscard]] std::optional<SigV4Authorization> parse_sigv4_authorization(std::string_view value);

/// SigV4Verdict is what a store says to a signed request.
enum class SigV4Verdict : std::uint8_t {
  accepted,
  unsigned_header,  // Host or an x-amz- field is not among the signed ones: AccessDenied
  bad_timestamp,    // no x-amz-date, or of another day than the scope: AccessDenied
  skewed,           // more than 15 minutes off: RequestTimeTooSkewed
  mismatch,         // SignatureDoesNotMatch
};

/// sigv4_skew is how far x-amz-date may be from the store's clock, in seconds.
inline constexpr UnixSeconds sigv4_skew = 15 * 60;

/// verify_sigv4 checks a request that arrived at `now` with all of its fields, its Authorization
/// read, by the secret access key of whom it names. The compare takes the same time wherever the
/// signatures differ. signing_failed when the library refuses.
[[nodiscard]] Result<SigV4Verdict> verify_sigv4(const SigV4Request& request,
                                                const SigV4Authorization& authorization,
                                                std::string_view secret_access_key,
                                                UnixSeconds now);

}  // namespace signgate::signing
