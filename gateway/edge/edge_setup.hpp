// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/edge/object_cache.hpp"
#include "gateway/edge/store_setup.hpp"
#include "policy/bucket_policy.hpp"
#include "signing/verifier.hpp"

/// What an edge is made of, loaded and checked: edge_config.hpp reads it from files, tests and the
/// demo may build it by hand.
namespace signgate::edge {

/// Selected is which of a request's query parameters or cookies count; names are exact in case.
struct Selected {
  bool all = false;
  std::vector<std::string> names;
};

/// AllowedMethods is what a behaviour lets through; CloudFront knows these three sets.
enum class AllowedMethods : std::uint8_t { get_head, get_head_options, all };

/// ViewerProtocol says what becomes of a viewer who comes in clear text.
enum class ViewerProtocol : std::uint8_t { allow_all, redirect_to_https, https_only };

/// Behavior is a cache behaviour of the distribution.
/// Source: CloudFront Developer Guide, "Cache behavior settings".
struct Behavior {
  std::string path_pattern = "*";            // with or without a leading slash
  signing::TrustedKeys trusted_keys;         // of all its key groups; none: public
  std::vector<std::string> forward_headers;  // reach the bucket and are part of the cache key
  std::vector<std::string> origin_headers;   // reach the bucket alone, of those not above
  Selected query_strings{true, {}};          // as forward_headers
  Selected cookies;                          // as forward_headers
  AllowedMethods allowed_methods = AllowedMethods::get_head;
  ViewerProtocol viewer_protocol = ViewerProtocol::allow_all;
  Ttls ttls;
};

/// CorsHeaders is the CORS part of a response headers policy; the fields are sent as they stand
/// here. Source: CloudFront Developer Guide, "Understand response headers policies".
struct CorsHeaders {
  std::vector<std::string> origins;  // "*" or origins; none: no CORS fields at all
  std::vector<std::string> methods;
  std::vector<std::string> headers;
  std::vector<std::string> exposed;
  std::optional<std::int64_t> max_age;  // seconds
  bool credentials = false;
};

/// Distribution is the CloudFront side.
struct Distribution {
  std::string id;
  std::string account = "123456789012";  // owns the distribution: part of aws:SourceArn
  std::string partition = "aws";         // of distribution and bucket: aws-cn, aws-us-gov
  std::vector<std::string> aliases;      // hosts it answers to; none: to any
  CorsHeaders cors;
  std::vector<Behavior> behaviors;          // the first that matches counts
  Behavior default_behavior;                // when none does
  std::int64_t error_caching_min_ttl = 10;  // seconds that an origin's error is kept at least

  /// arn is "arn:PARTITION:cloudfront::ACCOUNT:distribution/ID".
  [[nodiscard]] std::string arn() const {
    return "arn:" + partition + ":cloudfront::" + account + ":distribution/" + id;
  }
};

/// CorsRule is one rule of a bucket's CORS configuration; origins and headers may hold one `*`.
/// Source: S3 User Guide, "Elements of a CORS configuration".
struct CorsRule {
  std::vector<std::string> origins;
  std::vector<std::string> methods;
  std::vector<std::string> headers;
  std::vector<std::string> exposed;
  std::optional<std::int64_t> max_age;  // seconds
};

/// ObjectMetadata is what objects were stored with; an empty text says nothing.
struct ObjectMetadata {
  std::string key_pattern = "*";  // `*` any run, `?` one character
  std::string content_type;
  std::string cache_control;
};

/// Bucket is the S3 side.
struct Bucket {
  std::string name;
  std::string root;                     // a folder whose files are the objects
  std::string cache_control;            // that all objects were stored with; empty: none
  std::vector<ObjectMetadata> objects;  // of each text the first that matches and says it counts
  std::vector<CorsRule> cors;           // the first that matches counts
  policy::BucketPolicy policy;
  std::optional<StoreSetup> store;  // a real one, in place of folder and policy
};

/// Tls is how viewers are met over TLS.
struct Tls {
  bool self_signed = false;     // a certificate made at the start, in memory alone
  std::string certificate;      // PEM: a chain, or where the self-signed one is written; or empty
  std::string certificate_key;  // PEM; empty when self-signed
};

/// EdgeSetup is a whole edge.
struct EdgeSetup {
  std::string listen = "127.0.0.1:8443";  // as nginx's listen; port 0 = any
  std::optional<Tls> tls;                 // none: clear text
  std::string admin_listen;               // empty: no admin calls
  Distribution distribution;
  Bucket bucket;
  Milliseconds clock_offset{0};  // added to the system's clock
};

}  // namespace signgate::edge
