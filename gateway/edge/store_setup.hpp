// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/base/clock.hpp"

/// A real S3-compatible store behind the edge, in place of the embedded bucket.
namespace signgate::edge {

/// Addressing is where a request names the bucket.
/// Source: S3 User Guide, "Methods for accessing a bucket".
enum class Addressing : std::uint8_t {
  path,          // http://HOST/BUCKET/KEY
  virtual_host,  // http://BUCKET.HOST/KEY
};

/// OacSigning is an origin access control's SigningBehavior.
/// Source: CloudFront Developer Guide, "Restrict access to an Amazon S3 origin".
enum class OacSigning : std::uint8_t {
  always,       // each request is signed, whatever Authorization the viewer sent
  never,        // none is
  no_override,  // those are whose viewer sent no Authorization that reaches the origin
};

/// StoreSetup is where the store is and who asks it.
struct StoreSetup {
  bool tls = false;
  std::string host;  // name, IPv4 or IPv6 without brackets
  std::uint16_t port = 80;
  std::string region = "us-east-1";
  std::string access_key_id;
  std::string secret_access_key;  // never told to anybody
  std::string session_token;      // of temporary credentials; empty: none
  Addressing addressing = Addressing::path;
  OacSigning signing = OacSigning::always;
  Milliseconds connect_timeout{10000};  // CloudFront's connection timeout
  Milliseconds read_timeout{30000};     // CloudFront's origin response timeout
  std::string ca_certificate = "/etc/ssl/certs/ca-certificates.crt";  // whom TLS trusts
};

}  // namespace signgate::edge
