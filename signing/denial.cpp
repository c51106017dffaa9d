// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "signing/verifier.hpp"

namespace signgate::signing {

void throw_exception_from_error(const Denial& denial, const boost::source_location&) {
  throw std::logic_error(denial.cause);
}

std::string_view denial_code_name(DenialCode code) noexcept {
  switch (code) {
    case DenialCode::missing_key:
      return "MissingKey";
    case DenialCode::invalid_key:
      return "InvalidKey";
    case DenialCode::malformed_signature:
      return "MalformedSignature";
    case DenialCode::malformed_policy:
      return "MalformedPolicy";
    case DenialCode::access_denied:
      return "AccessDenied";
  }
  return "AccessDenied";
}

std::string_view denial_message(DenialCode code) noexcept {
  switch (code) {
    case DenialCode::missing_key:
      return "Missing Key-Pair-Id query parameter or cookie value";
    case DenialCode::invalid_key:
      return "Unknown Key";
    case DenialCode::malformed_signature:
      return "Could not unencode Signature";
    case DenialCode::malformed_policy:
      return "Malformed Policy";
    case DenialCode::access_denied:
      return "Access denied";
  }
  return "Access denied";
}

std::string_view denial_reason_name(DenialReason reason) noexcept {
  switch (reason) {
    case DenialReason::not_signed:
      return "not_signed";
    case DenialReason::missing_key_pair_id:
      return "missing_key_pair_id";
    case DenialReason::unknown_key:
      return "unknown_key";
    case DenialReason::missing_signature:
      return "missing_signature";
    case DenialReason::undecodable_signature:
      return "undecodable_signature";
    case DenialReason::missing_policy:
      return "missing_policy";
    case DenialReason::undecodable_policy:
      return "undecodable_policy";
    case DenialReason::unknown_hash_algorithm:
      return "unknown_hash_algorithm";
    case DenialReason::bad_signature:
      return "bad_signature";
    case DenialReason::invalid_policy:
      return "invalid_policy";
    case DenialReason::time_in_milliseconds:
      return "time_in_milliseconds";
    case DenialReason::resource_mismatch:
      return "resource_mismatch";
    case DenialReason::not_yet_valid:
      return "not_yet_valid";
    case DenialReason::expired:
      return "expired";
    case DenialReason::viewer_address_mismatch:
      return "viewer_address_mismatch";
    case DenialReason::viewer_address_unknown:
      return "viewer_address_unknown";
  }
  return "unknown";
}

}  // namespace signgate::signing
