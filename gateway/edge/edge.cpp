// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/edge.hpp"

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/edge/alias.hpp"
#include "gateway/edge/error_document.hpp"
#include "gateway/edge/request_path.hpp"
#include "gateway/edge/selection.hpp"
#include "gateway/edge/signed_cookies.hpp"
#include "gateway/http/http_date.hpp"
#include "gateway/http/text.hpp"
#include "policy/evaluate.hpp"
#include "signing/time_text.hpp"

namespace signgate::edge {
namespace {

constexpr UnixSeconds error_ttl = 10;  // CloudFront's error caching minimum TTL

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

/// A field's value must be one line of ASCII, whatever was quoted from the request.
std::string header_safe(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < 0x20 || c == 0x7f; }, '?');
  return out;
}

std::string cache_key(std::size_t behavior, const std::vector<std::string>& forwarded,
                      std::string_view path_and_query, const http::Fields& fields) {
  std::string key = std::to_string(behavior) + ' ' + std::string(path_and_query);
  for (const std::string& name : forwarded) {
    for (const http::Field& field : fields) {
      if (!http::equal_ignoring_case(field.name, name)) continue;
      key += '\n' + name + ':' + std::string(field.value);
    }
  }
  return key;
}

bool forwards(const Behavior& behavior, std::string_view name) {
  return std::any_of(
      behavior.forward_headers.begin(), behavior.forward_headers.end(),
      [&](const std::string& header) { return http::equal_ignoring_case(header, name); });
}

}  // namespace

struct Edge::Asked {
  const ViewerRequest& request;
  const Behavior& behavior;
  std::string key;  // of the object
  std::string cache_key;
  UnixSeconds now;
  std::uint64_t number;  // of the request
};

namespace {

/// The answer with an object's fields; `source` is moved from.
EdgeResponse object_response(const CachedObject& object, Body source, std::uint64_t size,
                             const ViewerRequest& request, UnixSeconds now, std::uint64_t number) {
  const Selection selection =
      select({object.etag, object.last_modified, size}, *request.fields, now);
  if (selection.status == 412) {
    return s3_error(
        {412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold",
         "<Condition>" + std::string(selection.failed) + "</Condition>"},
        number);
  }
  if (selection.status == 416) {
    const std::string asked(request.fields->value(http::HeaderId::range).value_or(""));
    EdgeResponse refused =
        s3_error({416, "InvalidRange", "The requested range is not satisfiable",
                  "<RangeRequested>" + xml_escape(asked) + "</RangeRequested><ActualObjectSize>" +
                      std::to_string(size) + "</ActualObjectSize>"},
                 number);
    refused.add("Content-Range", "bytes */" + std::to_string(size));
    return refused;
  }
  EdgeResponse response;
  response.status = selection.status;
  response.server = "AmazonS3";
  response.add("Last-Modified", http::format_http_date(object.last_modified));
  response.add("ETag", object.etag);
  response.add("Accept-Ranges", "bytes");
  if (!object.cache_control.empty()) response.add("Cache-Control", object.cache_control);
  if (selection.status == 304) return response;
  response.add("Content-Type", object.content_type);
  if (selection.status == 206) {
    response.add("Content-Range", "bytes " + std::to_string(selection.offset) + '-' +
                                      std::to_string(selection.offset + selection.length - 1) +
                                      '/' + std::to_string(size));
  }
  response.body = std::move(source);
  response.body.offset = selection.offset;
  response.body.length = selection.length;
  return response;
}

EdgeResponse error_response(const CachedObject& error, std::string_view details,
                            std::uint64_t number) {
  const bool missing = error.code == "NoSuchKey";
  EdgeResponse response = s3_error(
      {error.status, error.code, missing ? "The specified key does not exist." : "Access Denied",
       std::string(details)},
      number);
  response.reason = error.reason;
  return response;
}

}  // namespace

Result<Edge> Edge::open(EdgeSetup setup) {
  auto folder = BucketFolder::open(setup.bucket.root);
  if (!folder) return folder.error();
  return Edge(std::move(setup), std::move(*folder));
}

Edge::Edge(EdgeSetup setup, BucketFolder folder)
    : setup_(std::move(setup)), folder_(std::move(folder)), cache_(limits::edge_cache) {}

EdgeResponse Edge::answer(const ViewerRequest& request, UnixSeconds now) {
  EdgeResponse response = route(request, now);
  if (response.server == "AmazonS3") {
    response.add("Via", "1.1 " + setup_.distribution.id + ".cloudfront.net (CloudFront)");
  }
  add_cors(request, response);
  response.reason = header_safe(response.reason);
  if (!response.reason.empty()) response.add("x-signgate-reason", response.reason);
  return response;
}

EdgeResponse Edge::route(const ViewerRequest& request, UnixSeconds now) {
  const std::uint64_t number = ++requests_;
  if (!alias_matches(setup_.distribution.aliases, request.host)) {
    return cloudfront_error(403, "The host is none of the distribution's aliases.");
  }
  if (request.method != http::Method::get && request.method != http::Method::head) {
    return cloudfront_error(403,
                            "This distribution is not configured to allow the HTTP request method "
                            "that was used for this request. It supports only cachable requests.");
  }
  if (request.target.size() > limits::edge_url) {
    return cloudfront_error(414, "The URL is longer than 8192 bytes.");
  }
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  auto key = object_key(path);
  if (!key) {
    return s3_error({400, "InvalidURI", "Couldn't parse the specified URI.",
                     "<URI>" + xml_escape(path) + "</URI>"},
                    number);
  }
  const std::string normalised = normalised_path(path);
  const auto& behaviors = setup_.distribution.behaviors;
  const auto matching =
      std::find_if(behaviors.begin(), behaviors.end(), [&](const Behavior& behavior) {
        return path_matches(behavior.path_pattern, normalised, *key);
      });
  const Behavior& behavior = matching == behaviors.end() ? default_behavior_ : *matching;

  std::string url(request.scheme);
  url += "://";
  url += request.host;
  const std::size_t origin = url.size();
  url += request.target;
  const signing::SignedRequest parts = signing::read_signed_url(url);
  if (!behavior.trusted_keys.empty()) {
    const signing::Presented presented =
        is_presented(parts.presented) ? parts.presented : presented_cookies(*request.fields);
    const auto verdict =
        signing::verify(parts.resource, presented, behavior.trusted_keys, {now, request.viewer});
    if (!verdict) {
      const signing::Denial& denial = verdict.error();
      EdgeResponse response = cloudfront_denial(signing::denial_code_name(denial.code),
                                                signing::denial_message(denial.code));
      response.reason = signing::denial_reason_name(denial.reason);
      response.reason += ": " + denial.cause;
      return response;
    }
  }
  const auto index = static_cast<std::size_t>(matching - behaviors.begin());
  return serve({request, behavior, *std::move(key),
                cache_key(index, behavior.forward_headers,
                          std::string_view(parts.resource).substr(origin), *request.fields),
                now, number});
}

EdgeResponse Edge::serve(const Asked& asked) {
  const CachedObject* cached = cache_.find(asked.cache_key);
  if (cached == nullptr || cached->expires <= asked.now) return fetch(asked, cached);
  const std::string age = std::to_string(std::max<UnixSeconds>(asked.now - cached->stored, 0));
  if (cached->status != 200) {
    const std::string details =
        cached->code == "NoSuchKey" ? "<Key>" + xml_escape(asked.key) + "</Key>" : std::string();
    EdgeResponse response = error_response(*cached, details, asked.number);
    response.add("Age", age);
    return response;
  }
  EdgeResponse response = object_response(*cached, {cached->bytes, {}, 0, 0}, cached->bytes->size(),
                                          asked.request, asked.now, asked.number);
  if (response.status < 400) response.add("X-Cache", "Hit from cloudfront");
  response.add("Age", age);
  return response;
}

EdgeResponse Edge::fetch(const Asked& asked, const CachedObject* stale) {
  policy::AccessRequest access = access_request(asked);
  const policy::Decision decision = policy::evaluate(setup_.bucket.policy, access);
  CachedObject entry;
  entry.stored = asked.now;
  entry.expires = asked.now + error_ttl;
  entry.status = 403;
  entry.code = "AccessDenied";
  if (!decision.allowed()) {
    entry.reason = "bucket_policy: " + policy::describe(decision, setup_.bucket.policy, access);
    const bool removed = asked.request.fields->find(http::HeaderId::referer) != nullptr &&
                         !forwards(asked.behavior, "Referer");
    if (removed) entry.reason += "; CloudFront removed Referer: forward_headers does not list it";
    cache_.store(asked.cache_key, entry);
    return error_response(entry, {}, asked.number);
  }
  auto object = folder_.find(asked.key);
  if (!object) {
    access.action = "s3:ListBucket";
    access.resource = "arn:aws:s3:::" + setup_.bucket.name;
    const bool may_list = policy::evaluate(setup_.bucket.policy, access).allowed();
    entry.reason = "no_such_key: the bucket has no such object";
    std::string details;
    if (may_list) {
      entry.status = 404;
      entry.code = "NoSuchKey";
      details = "<Key>" + xml_escape(asked.key) + "</Key>";
    } else {
      entry.reason += "; without s3:ListBucket on the bucket S3 says AccessDenied, not NoSuchKey";
    }
    cache_.store(asked.cache_key, entry);
    return error_response(entry, details, asked.number);
  }
  entry.status = 200;
  entry.code.clear();
  entry.content_type = object->content_type;
  entry.etag = object->etag;
  entry.last_modified = object->last_modified;
  entry.cache_control = setup_.bucket.cache_control;
  entry.expires = asked.now + time_to_live(entry.cache_control, asked.behavior.ttls);

  const bool unchanged = stale != nullptr && stale->status == 200 && stale->etag == entry.etag;
  Body source;
  if (unchanged) {
    source.bytes = stale->bytes;
  } else if (object->size <= limits::edge_cached_object) {
    source.bytes = read_whole(object->file, object->size);
    if (source.bytes == nullptr) {
      EdgeResponse failed = s3_error(
          {500, "InternalError", "We encountered an internal error. Please try again.", {}},
          asked.number);
      failed.reason = "the object's file could not be read";
      return failed;
    }
  } else {
    source.file = std::move(object->file);
  }
  entry.bytes = source.bytes;
  EdgeResponse response = object_response(entry, std::move(source), object->size, asked.request,
                                          asked.now, asked.number);
  if (response.status < 400) {
    response.add("X-Cache", unchanged ? "RefreshHit from cloudfront" : "Miss from cloudfront");
    add_s3_ids(response, asked.number);
  }
  if (entry.bytes != nullptr && entry.expires > asked.now) {
    cache_.store(asked.cache_key, std::move(entry));
  }
  return response;
}

policy::AccessRequest Edge::access_request(const Asked& asked) const {
  constexpr std::string_view service = "cloudfront.amazonaws.com";
  policy::AccessRequest access{{policy::PrincipalKind::service, std::string(service)},
                               "s3:GetObject",
                               "arn:aws:s3:::" + setup_.bucket.name + '/' + asked.key,
                               {}};
  policy::RequestContext& context = access.context;
  context.set("aws:SourceArn", setup_.distribution.arn());
  context.set("aws:SourceAccount", setup_.distribution.account);
  context.set("aws:PrincipalIsAWSService", "true");
  context.set("aws:PrincipalServiceName", std::string(service));
  context.set("aws:SecureTransport", "true");
  context.set("aws:CurrentTime", signing::format_time(asked.now));
  context.set("aws:EpochTime", std::to_string(asked.now));
  context.set("s3:authType", "REST-HEADER");
  context.set("s3:signatureversion", "AWS4-HMAC-SHA256");
  // CloudFront removes Referer and replaces User-Agent unless the behaviour forwards them.
  const http::Fields& fields = *asked.request.fields;
  if (forwards(asked.behavior, "Referer")) {
    if (const auto referer = fields.value(http::HeaderId::referer)) {
      context.set("aws:Referer", std::string(*referer));
    }
  }
  context.set("aws:UserAgent", "Amazon CloudFront");
  if (forwards(asked.behavior, "User-Agent")) {
    context.set("aws:UserAgent",
                std::string(fields.value(http::HeaderId::user_agent).value_or("")));
  }
  return access;
}

void Edge::add_cors(const ViewerRequest& request, EdgeResponse& response) const {
  const auto& allowed = setup_.distribution.access_control_allow_origin;
  if (allowed.empty()) return;
  if (std::find(allowed.begin(), allowed.end(), "*") != allowed.end()) {
    response.add("Access-Control-Allow-Origin", "*");
    return;
  }
  response.add("Vary", "Origin");
  const http::Field* origin = request.fields->find("Origin");
  if (origin == nullptr) return;
  if (std::find(allowed.begin(), allowed.end(), origin->value) == allowed.end()) return;
  response.add("Access-Control-Allow-Origin", std::string(origin->value));
}

}  // namespace signgate::edge
