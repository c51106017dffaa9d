// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "signing/sigv4_request.hpp"

/// AWS Signature Version 4 in the Authorization field, as S3 takes it. Pure: the caller has the
/// clock. Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header".
namespace signgate::signing {

/// SigV4Scope is where and when a signing key counts.
struct SigV4Scope {
  std::string day;  // "20130524", in UTC
  std::string region;
  std::string service = "s3";

  /// text is "20130524/us-east-1/s3/aws4_request".
  [[nodiscard]] std::string text() const {
    return day + '/' + region + '/' + service + "/aws4_request";
  }

  friend bool operator==(const SigV4Scope&, const SigV4Scope&) = default;
};

/// SigV4Key is the key derived of a secret access key for one scope; who signs often keeps it for
/// the day. Its bytes are wiped when it goes. All members may be used from any thread at once.
class SigV4Key {
 public:
  /// derive takes four HMACs. signing_failed when the library refuses.
  [[nodiscard]] static Result<SigV4Key> derive(std::string_view secret_access_key,
                                               SigV4Scope scope);

  ~SigV4Key();
  SigV4Key(const SigV4Key&) = default;
  SigV4Key& operator=(const SigV4Key&) = default;

  [[nodiscard]] const SigV4Scope& scope() const noexcept { return scope_; }

  /// sign is the signature of a request sent with that x-amz-date: 64 lower-case digits.
  /// signing_failed when the library refuses.
  [[nodiscard]] Result<std::string> sign(const SigV4Request& request,
                                         std::string_view timestamp) const;

 private:
  explicit SigV4Key(SigV4Scope scope) : scope_(std::move(scope)) {}

  SigV4Scope scope_;
  std::array<unsigned char, 32> key_{};
};

/// sigv4_string_to_sign is the text that the key signs, of which `canonical_request` goes in as its
/// digest.
[[nodiscard]] Result<std::string> sigv4_string_to_sign(std::string_view timestamp,
                                                       const SigV4Scope& scope,
                                                       std::string_view canonical_request);

/// sigv4_authorization is the value of the Authorization field for the request, which is signed
/// with `key`. `timestamp` has to be of the day of the key's scope.
[[nodiscard]] Result<std::string> sigv4_authorization(const SigV4Key& key,
                                                      std::string_view access_key_id,
                                                      const SigV4Request& request,
                                                      std::string_view timestamp);

}  // namespace signgate::signing
