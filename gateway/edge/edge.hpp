// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/base/error.hpp"
#include "gateway/edge/bucket_folder.hpp"
#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/message.hpp"
#include "gateway/edge/object_cache.hpp"
#include "policy/evaluate.hpp"

namespace signgate::edge {

/// Edge is CloudFront with a bucket behind it, as a function from request and time to response; all
/// it touches beside is the bucket's folder. It checks in CloudFront's order: host, method,
/// behaviour, signature, cache, and then, as the bucket would, the bucket policy and the object.
/// Not thread-safe.
class Edge {
 public:
  /// open makes an edge; it fails when the bucket's folder cannot be opened.
  [[nodiscard]] static Result<Edge> open(EdgeSetup setup);

  /// answer answers one request that arrived at `now`. Objects too large for the cache come as an
  /// open file.
  [[nodiscard]] EdgeResponse answer(const ViewerRequest& request, UnixSeconds now);

  [[nodiscard]] const EdgeSetup& setup() const noexcept { return setup_; }

 private:
  Edge(EdgeSetup setup, BucketFolder folder);

  struct Asked;  // what the steps of one request share

  [[nodiscard]] EdgeResponse route(const ViewerRequest& request, UnixSeconds now);
  [[nodiscard]] EdgeResponse serve(const Asked& asked);
  [[nodiscard]] EdgeResponse fetch(const Asked& asked, const CachedObject* stale);
  [[nodiscard]] policy::AccessRequest access_request(const Asked& asked) const;
  void add_cors(const ViewerRequest& request, EdgeResponse& response) const;

  EdgeSetup setup_;
  BucketFolder folder_;
  ObjectCache cache_;
  Behavior default_behavior_;
  std::uint64_t requests_ = 0;
};

}  // namespace signgate::edge
