// SPDX-License-Identifier: Apache-2.0
#include "signing/verifier.hpp"

#include <charconv>
#include <span>

#include "policy/resource_pattern.hpp"
#include "signing/key_pair_id.hpp"
#include "signing/query_parameters.hpp"
#include "signing/time_text.hpp"
#include "signing/url_base64.hpp"
#include "signing/verified_signatures.hpp"

namespace signgate::signing {
namespace {

using policy::CloudFrontStatement;

Denial deny(DenialCode code, DenialReason reason, std::string cause) {
  return {code, reason, std::move(cause)};
}

/// Claim is the policy that the request stands on, before anything vouches for it.
struct Claim {
  PolicyKind kind;
  std::string signed_text;        // the bytes that the signature must cover
  CloudFrontStatement statement;  // canned: known at once; custom: read when the signature held
};

boost::system::result<Claim, Denial> canned_claim(std::string_view resource,
                                                  std::string_view expires) {
  std::int64_t seconds = 0;
  const auto [end, error] =
      std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  if (error != std::errc() || end != expires.data() + expires.size()) {
    return deny(DenialCode::malformed_policy, DenialReason::undecodable_policy,
                "Expires is not a number of epoch seconds");
  }
  if (seconds > policy::max_cloudfront_time) {
    return deny(DenialCode::malformed_policy, DenialReason::time_in_milliseconds,
                "Expires lies past the year 9999: milliseconds were given for seconds");
  }
  Claim claim{PolicyKind::canned, policy::canned_policy(resource, seconds), {}};
  claim.statement.resource = resource;
  claim.statement.date_less_than = seconds;
  return claim;
}

boost::system::result<Claim, Denial> custom_claim(std::string_view encoded) {
  auto text = url_base64_decode(encoded);
  if (!text || text->empty()) {
    return deny(DenialCode::malformed_policy, DenialReason::undecodable_policy,
                encoded.find('%') == std::string_view::npos
                    ? "Policy is not base64 in CloudFront's alphabet (- _ ~ for + = /)"
                    : "Policy holds a %: it was percent-encoded after signing");
  }
  return Claim{PolicyKind::custom, *std::move(text), {}};
}

boost::system::result<Claim, Denial> claim_of(std::string_view resource,
                                              const Presented& presented) {
  if (presented.repeated_policy || (presented.expires && presented.policy)) {
    return deny(DenialCode::malformed_policy, DenialReason::missing_policy,
                "there is more than one of Expires and Policy, so none counts");
  }
  if (presented.policy) return custom_claim(*presented.policy);
  if (presented.expires) return canned_claim(resource, *presented.expires);
  return deny(DenialCode::malformed_policy, DenialReason::missing_policy,
              "there is neither Expires (canned policy) nor Policy (custom policy)");
}

boost::system::result<HashAlgorithm, Denial> hash_of(const Presented& presented) {
  if (!presented.hash_algorithm) return HashAlgorithm::sha1;
  const auto hash = parse_hash_name(*presented.hash_algorithm);
  if (!hash || presented.repeated_hash_algorithm) {
    return deny(DenialCode::access_denied, DenialReason::unknown_hash_algorithm,
                "Hash-Algorithm must be SHA1 or SHA256, once, or absent for SHA1");
  }
  return *hash;
}

std::string bad_signature_cause(const PublicKey& key, HashAlgorithm hash, const Claim& claim,
                                std::span<const unsigned char> signature) {
  if (!key.can_verify(hash)) {
    return std::string("OpenSSL on this system refuses signatures over ")
        .append(hash_name(hash))
        .append(", as hardened ones do, so nobody has looked at this one");
  }
  const HashAlgorithm other =
      hash == HashAlgorithm::sha1 ? HashAlgorithm::sha256 : HashAlgorithm::sha1;
  if (key.verify(other, claim.signed_text, signature)) {
    std::string cause = "the signature is over ";
    cause += hash_name(other);
    cause += other == HashAlgorithm::sha256 ? ", but Hash-Algorithm=SHA256 is missing"
                                            : ", but Hash-Algorithm says SHA256";
    return cause;
  }
  if (claim.kind == PolicyKind::canned) {
    return "the signature is not this key's over this URL and Expires: something of the URL was "
           "changed or added after signing, or another key signed";
  }
  return "the signature is not this key's over this Policy: it was changed after signing, or "
         "another key signed";
}

std::optional<Denial> check_times(const CloudFrontStatement& statement, UnixSeconds now) {
  const auto span = [](UnixSeconds later, UnixSeconds earlier) {
    // Unsigned, as a signed policy may hold any 64-bit number.
    return std::to_string(static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier));
  };
  if (statement.date_greater_than && now <= *statement.date_greater_than) {
    return deny(DenialCode::access_denied, DenialReason::not_yet_valid,
                "it is not valid yet: access begins after " +
                    format_time(*statement.date_greater_than) + ", in " +
                    span(*statement.date_greater_than, now) + " s");
  }
  if (now >= statement.date_less_than) {
    return deny(DenialCode::access_denied, DenialReason::expired,
                "it expired " + span(now, statement.date_less_than) + " s ago, at " +
                    format_time(statement.date_less_than));
  }
  return std::nullopt;
}

std::optional<Denial> check_address(const CloudFrontStatement& statement, const Viewer& viewer) {
  if (!statement.ip_address) return std::nullopt;
  std::string range;
  policy::append_ipv4_range(range, *statement.ip_address);
  if (!viewer.ipv4_address) {
    return deny(
        DenialCode::access_denied, DenialReason::viewer_address_unknown,
        "the policy admits " + range + " alone, and the viewer's IPv4 address is not known");
  }
  if (statement.ip_address->contains(*viewer.ipv4_address)) return std::nullopt;
  std::string address;
  policy::append_ipv4_range(address, {*viewer.ipv4_address, 32});
  return deny(DenialCode::access_denied, DenialReason::viewer_address_mismatch,
              "the policy admits " + range + ", and the viewer is " + address);
}

std::optional<Denial> check_statement(const CloudFrontStatement& statement,
                                      std::string_view resource, const Viewer& viewer) {
  if (statement.date_less_than > policy::max_cloudfront_time ||
      statement.date_greater_than.value_or(0) > policy::max_cloudfront_time) {
    return deny(
        DenialCode::malformed_policy, DenialReason::time_in_milliseconds,
        "a time in the policy lies past the year 9999: milliseconds were given for seconds");
  }
  if (statement.resource && !policy::resource_matches(*statement.resource, resource)) {
    return deny(DenialCode::access_denied, DenialReason::resource_mismatch,
                "the policy's Resource " + policy::excerpt(*statement.resource) +
                    " does not cover the URL " + policy::excerpt(resource));
  }
  if (auto denial = check_times(statement, viewer.now)) return denial;
  return check_address(statement, viewer);
}

Verdict decide(std::string_view resource, const Presented& presented, const TrustedKeys& keys,
               const Viewer& viewer, VerifiedSignatures* memo) {
  if (!presented.key_pair_id && !presented.signature && !presented.expires && !presented.policy) {
    return deny(DenialCode::missing_key, DenialReason::not_signed, "the request is not signed");
  }
  if (!presented.key_pair_id || presented.key_pair_id->empty() || presented.repeated_key_pair_id) {
    return deny(DenialCode::missing_key, DenialReason::missing_key_pair_id,
                "Key-Pair-Id is missing, empty or there twice");
  }
  if (!is_key_pair_id(*presented.key_pair_id)) {
    return deny(DenialCode::missing_key, DenialReason::missing_key_pair_id,
                "Key-Pair-Id " + policy::excerpt(*presented.key_pair_id) +
                    " is malformed: an id is 1 to 128 letters and digits");
  }
  const auto key = keys.find(*presented.key_pair_id);
  if (key == keys.end()) {
    return deny(DenialCode::invalid_key, DenialReason::unknown_key,
                "no trusted key has the id " + policy::excerpt(*presented.key_pair_id));
  }
  if (!presented.signature || presented.signature->empty() || presented.repeated_signature) {
    return deny(DenialCode::malformed_signature, DenialReason::missing_signature,
                "Signature is missing, empty or there twice");
  }
  const auto decoded = url_base64_decode(*presented.signature);
  if (!decoded) {
    return deny(DenialCode::malformed_signature, DenialReason::undecodable_signature,
                presented.signature->find('%') == std::string_view::npos
                    ? "Signature is cut off or not in CloudFront's base64 (- _ ~ for + = /)"
                    : "Signature holds a %: it was percent-encoded after signing");
  }
  if (const std::size_t least = least_signature(key->second.type()); decoded->size() < least) {
    return deny(DenialCode::malformed_signature, DenialReason::undecodable_signature,
                "Signature is cut off: it has " + std::to_string(decoded->size()) +
                    " bytes, and one of this key at least " + std::to_string(least));
  }
  auto claim = claim_of(resource, presented);
  if (!claim) return claim.error();
  const auto hash = hash_of(presented);
  if (!hash) return hash.error();
  const std::span signature(reinterpret_cast<const unsigned char*>(decoded->data()),
                            decoded->size());
  const bool holds = memo != nullptr
                         ? memo->verify(key->second, *hash, claim->signed_text, signature)
                         : key->second.verify(*hash, claim->signed_text, signature);
  if (!holds) {
    return deny(DenialCode::access_denied, DenialReason::bad_signature,
                bad_signature_cause(key->second, *hash, *claim, signature));
  }
  if (claim->kind == PolicyKind::custom) {
    auto statement = policy::parse_custom_policy(claim->signed_text);
    if (!statement) {
      return deny(DenialCode::malformed_policy, DenialReason::invalid_policy,
                  "line " + std::to_string(statement.error().position.line) + ", column " +
                      std::to_string(statement.error().position.column) +
                      " of the policy: " + statement.error().message);
    }
    claim->statement = *std::move(statement);
  }
  // A canned policy names the URL itself: the signature has shown that it covers it, and a `*` in
  // it is no wildcard.
  const bool canned = claim->kind == PolicyKind::canned;
  auto denial = canned ? check_times(claim->statement, viewer.now)
                       : check_statement(claim->statement, resource, viewer);
  if (denial) return *std::move(denial);
  return Grant{std::string(*presented.key_pair_id), claim->kind, std::move(claim->statement)};
}

}  // namespace

SignedRequest read_signed_url(std::string_view url) {
  const UrlParts parts = split_url(url);
  SignedRequest request;
  request.resource.reserve(parts.base.size() + (parts.query ? parts.query->size() + 1 : 0));
  append_without_reserved(request.resource, parts.base, parts.query);
  if (!parts.query) return request;
  Presented& presented = request.presented;
  const auto keep = [](std::optional<std::string_view>& place, bool& repeated,
                       std::string_view value) {
    repeated = repeated || place.has_value();
    place = value;
  };
  QueryCursor cursor(*parts.query);
  while (const auto parameter = cursor.next()) {
    const auto reserved = reserved_parameter(parameter->name);
    if (!reserved) continue;
    const std::string_view value = parameter->value;
    switch (*reserved) {
      case ReservedParameter::expires:
        keep(presented.expires, presented.repeated_policy, value);
        break;
      case ReservedParameter::policy:
        keep(presented.policy, presented.repeated_policy, value);
        break;
      case ReservedParameter::signature:
        keep(presented.signature, presented.repeated_signature, value);
        break;
      case ReservedParameter::key_pair_id:
        keep(presented.key_pair_id, presented.repeated_key_pair_id, value);
        break;
      case ReservedParameter::hash_algorithm:
        keep(presented.hash_algorithm, presented.repeated_hash_algorithm, value);
        break;
    }
  }
  return request;
}

Verdict verify(std::string_view resource, const Presented& presented, const TrustedKeys& keys,
               const Viewer& viewer) {
  return decide(resource, presented, keys, viewer, nullptr);
}

Verdict verify(std::string_view resource, const Presented& presented, const TrustedKeys& keys,
               const Viewer& viewer, VerifiedSignatures& memo) {
  return decide(resource, presented, keys, viewer, &memo);
}

Verdict verify_url(std::string_view url, const TrustedKeys& keys, const Viewer& viewer) {
  const SignedRequest request = read_signed_url(url);
  return verify(request.resource, request.presented, keys, viewer);
}

}  // namespace signgate::signing
