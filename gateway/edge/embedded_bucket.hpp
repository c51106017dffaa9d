// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/edge/bucket_folder.hpp"
#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/origin_message.hpp"
#include "policy/evaluate.hpp"

namespace signgate::edge {

/// EmbeddedBucket is an S3 bucket made of a folder and a bucket policy. It answers as S3 answers
/// CloudFront with origin access control: the policy is evaluated for CloudFront's service
/// principal and this distribution, with the Referer that was forwarded. All it touches is the
/// folder. Not thread-safe.
class EmbeddedBucket {
 public:
  /// open fails when the folder cannot be opened.
  [[nodiscard]] static Result<EmbeddedBucket> open(Bucket bucket, const Distribution& distribution);

  /// answer is S3's answer: policy first, then the object, then If-None-Match. Range is left to the
  /// edge, which gets the whole object or its file. OPTIONS is answered by the CORS rules alone.
  /// Blocks for the time of reading a file. Source: S3 API Reference, GetObject, HeadObject.
  [[nodiscard]] OriginAnswer answer(const OriginRequest& request);

  /// reconfigure changes everything but the folder.
  void reconfigure(Bucket bucket, const Distribution& distribution);

 private:
  EmbeddedBucket(Bucket bucket, const Distribution& distribution, BucketFolder folder);

  [[nodiscard]] OriginAnswer get(const OriginRequest& request);
  [[nodiscard]] ObjectMetadata metadata_of(std::string_view key) const;
  [[nodiscard]] policy::AccessRequest access_request(const OriginRequest& request) const;
  [[nodiscard]] OriginAnswer missing(const OriginRequest& request,
                                     policy::AccessRequest access) const;

  Bucket bucket_;
  std::string arn_;  // the bucket's
  std::string distribution_arn_;
  std::string account_;
  BucketFolder folder_;
};

}  // namespace signgate::edge
