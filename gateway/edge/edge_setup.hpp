// SPDX-License-Identifier: Apache-2.0
#pragma once

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

/// Behavior is a cache behaviour of the distribution.
/// Source: CloudFront Developer Guide, "Cache behavior settings".
struct Behavior {
  std::string path_pattern = "*";            // with or without a leading slash
  signing::TrustedKeys trusted_keys;         // none: public
  std::vector<std::string> forward_headers;  // reach the bucket and are part of the cache key
  Selected query_strings{true, {}};          // likewise
  Selected cookies;                          // likewise
  Ttls ttls;
};

/// Distribution is the CloudFront side.
struct Distribution {
  std::string id;
  std::string account = "123456789012";  // owns the distribution: part of aws:SourceArn
  std::vector<std::string> aliases;      // hosts it answers to; none: to any
  std::vector<std::string> access_control_allow_origin;  // "*" or origins; none: no CORS field
  std::vector<Behavior> behaviors;                       // the first that matches counts
  Behavior default_behavior;                             // when none does
  std::int64_t error_caching_min_ttl = 10;  // seconds that an origin's error is kept at least

  /// arn is "arn:aws:cloudfront::ACCOUNT:distribution/ID".
  [[nodiscard]] std::string arn() const {
    return "arn:aws:cloudfront::" + account + ":distribution/" + id;
  }
};

/// Bucket is the S3 side.
struct Bucket {
  std::string name;
  std::string root;           // a folder whose files are the objects
  std::string cache_control;  // that all objects were stored with; empty: none
  policy::BucketPolicy policy;
  std::optional<StoreSetup> store;  // a real one, in place of folder and policy
};

/// EdgeSetup is a whole edge.
struct EdgeSetup {
  std::string listen = "127.0.0.1:8443";  // as nginx's listen; port 0 = any
  Distribution distribution;
  Bucket bucket;
  Milliseconds clock_offset{0};  // added to the system's clock
};

}  // namespace signgate::edge
