// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/embedded_bucket.hpp"

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/edge/bucket_cors.hpp"
#include "gateway/edge/error_document.hpp"
#include "gateway/http/entity_tag.hpp"
#include "gateway/http/http_date.hpp"
#include "policy/wildcard.hpp"
#include "signing/time_text.hpp"

namespace signgate::edge {
namespace {

constexpr std::string_view service = "cloudfront.amazonaws.com";

/// All of a file that should hold `size` bytes; nothing when it holds fewer or cannot be read.
std::shared_ptr<const std::string> read_whole(const File& file, std::uint64_t size) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t got =
        ::pread(file.get(), bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return nullptr;
    at += static_cast<std::size_t>(got);
  }
  return std::make_shared<const std::string>(std::move(bytes));
}

bool is_unchanged(const OriginRequest& request, std::string_view etag) {
  const auto known = find_line(request.fields, "If-None-Match");
  if (!known) return false;
  const auto tag = http::parse_entity_tag(*known);
  const auto own = http::parse_entity_tag(etag);
  return tag && own && tag->opaque == own->opaque;
}

}  // namespace

Result<EmbeddedBucket> EmbeddedBucket::open(Bucket bucket, const Distribution& distribution) {
  auto folder = BucketFolder::open(bucket.root);
  if (!folder) return folder.error();
  return EmbeddedBucket(std::move(bucket), distribution, std::move(*folder));
}

EmbeddedBucket::EmbeddedBucket(Bucket bucket, const Distribution& distribution, BucketFolder folder)
    : folder_(std::move(folder)) {
  reconfigure(std::move(bucket), distribution);
}

void EmbeddedBucket::reconfigure(Bucket bucket, const Distribution& distribution) {
  bucket_ = std::move(bucket);
  arn_ = "arn:" + distribution.partition + ":s3:::" + bucket_.name;
  distribution_arn_ = distribution.arn();
  account_ = distribution.account;
}

OriginAnswer EmbeddedBucket::answer(const OriginRequest& request) {
  if (request.method == http::Method::options) return answer_preflight(bucket_.cors, request);
  OriginAnswer answer = get(request);
  add_bucket_cors(bucket_.cors, request, answer);
  return answer;
}

OriginAnswer EmbeddedBucket::get(const OriginRequest& request) {
  policy::AccessRequest access = access_request(request);
  const policy::Decision decision = policy::evaluate(bucket_.policy, access);
  if (!decision.allowed()) {
    OriginAnswer refused = s3_error({403, "AccessDenied", "Access Denied", {}}, request.number);
    refused.reason = "bucket_policy: " + policy::describe(decision, bucket_.policy, access);
    return refused;
  }
  auto object = folder_.find(request.key);
  if (!object) return missing(request, std::move(access));

  OriginAnswer answer;
  answer.add("Last-Modified", http::format_http_date(object->last_modified));
  answer.add("ETag", object->etag);
  const ObjectMetadata metadata = metadata_of(request.key);
  if (!metadata.cache_control.empty()) answer.add("Cache-Control", metadata.cache_control);
  if (is_unchanged(request, object->etag)) {
    answer.status = 304;
    add_s3_ids(answer, request.number);
    return answer;
  }
  answer.add("Accept-Ranges", "bytes");
  answer.add("Content-Type", metadata.content_type.empty() ? std::string(object->content_type)
                                                           : metadata.content_type);
  add_s3_ids(answer, request.number);
  answer.body.length = object->size;
  if (request.method == http::Method::head) return answer;
  if (object->size > limits::edge_cached_object) {
    answer.body.file = std::move(object->file);
    return answer;
  }
  answer.body.bytes = read_whole(object->file, object->size);
  if (answer.body.bytes != nullptr) return answer;
  OriginAnswer failed =
      s3_error({500, "InternalError", "We encountered an internal error. Please try again.", {}},
               request.number);
  failed.reason = "the object's file could not be read";
  return failed;
}

ObjectMetadata EmbeddedBucket::metadata_of(std::string_view key) const {
  ObjectMetadata metadata;
  for (const ObjectMetadata& rule : bucket_.objects) {
    if (!policy::wildcard_match(rule.key_pattern, key)) continue;
    if (metadata.content_type.empty()) metadata.content_type = rule.content_type;
    if (metadata.cache_control.empty()) metadata.cache_control = rule.cache_control;
  }
  if (metadata.cache_control.empty()) metadata.cache_control = bucket_.cache_control;
  return metadata;
}

OriginAnswer EmbeddedBucket::missing(const OriginRequest& request,
                                     policy::AccessRequest access) const {
  access.action = "s3:ListBucket";
  access.resource = arn_;
  if (policy::evaluate(bucket_.policy, access).allowed()) {
    OriginAnswer answer = s3_error({404, "NoSuchKey", "The specified key does not exist.",
                                    "<Key>" + xml_escape(request.key) + "</Key>"},
                                   request.number);
    answer.reason = "no_such_key: the bucket has no such object";
    return answer;
  }
  OriginAnswer answer = s3_error({403, "AccessDenied", "Access Denied", {}}, request.number);
  answer.reason =
      "no_such_key: the bucket has no such object; without s3:ListBucket on the bucket S3 says "
      "AccessDenied, not NoSuchKey";
  return answer;
}

policy::AccessRequest EmbeddedBucket::access_request(const OriginRequest& request) const {
  policy::AccessRequest access{{policy::PrincipalKind::service, std::string(service)},
                               "s3:GetObject",
                               arn_ + '/' + request.key,
                               {}};
  policy::RequestContext& context = access.context;
  context.set("aws:SourceArn", distribution_arn_);
  context.set("aws:SourceAccount", account_);
  context.set("aws:PrincipalIsAWSService", "true");
  context.set("aws:PrincipalServiceName", std::string(service));
  context.set("aws:SecureTransport", "true");
  context.set("aws:CurrentTime", signing::format_time(request.now));
  context.set("aws:EpochTime", std::to_string(request.now));
  context.set("s3:authType", "REST-HEADER");
  context.set("s3:signatureversion", "AWS4-HMAC-SHA256");
  if (const auto referer = find_line(request.fields, "Referer")) {
    context.set("aws:Referer", std::string(*referer));
  }
  if (const auto agent = find_line(request.fields, "User-Agent")) {
    context.set("aws:UserAgent", std::string(*agent));
  }
  return access;
}

}  // namespace signgate::edge
