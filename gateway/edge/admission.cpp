// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/admission.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/edge/alias.hpp"
#include "gateway/edge/error_document.hpp"
#include "gateway/edge/object_response.hpp"
#include "gateway/edge/request_path.hpp"
#include "gateway/edge/signed_cookies.hpp"

namespace signgate::edge {
namespace {

const Behavior& behavior_for(const Distribution& distribution, std::string_view path,
                             std::string_view key) {
  const std::string normalised = normalised_path(path);
  const auto& behaviors = distribution.behaviors;
  const auto matching =
      std::find_if(behaviors.begin(), behaviors.end(), [&](const Behavior& behavior) {
        return path_matches(behavior.path_pattern, normalised, key);
      });
  return matching == behaviors.end() ? distribution.default_behavior : *matching;
}

bool allows(AllowedMethods allowed, http::Method method) noexcept {
  switch (method) {
    case http::Method::get:
    case http::Method::head:
      return true;
    case http::Method::options:
      return allowed != AllowedMethods::get_head;
    case http::Method::post:
    case http::Method::put:
    case http::Method::delete_:
    case http::Method::patch:
      return allowed == AllowedMethods::all;
    default:
      return false;
  }
}

std::string_view refused_method(AllowedMethods allowed) noexcept {
  return allowed == AllowedMethods::get_head
             ? "This distribution is not configured to allow the HTTP request method that was used "
               "for this request. It supports only cachable requests."
             : "This distribution is not configured to allow the HTTP request method that was used "
               "for this request.";
}

/// What a viewer in clear text gets where the behaviour wants HTTPS. A redirect that keeps the
/// method is none in HTTP/1.0. Source: CloudFront Developer Guide, "Require HTTPS for communication
/// between viewers and CloudFront".
std::optional<EdgeResponse> check_protocol(const Behavior& behavior, const ViewerRequest& request) {
  if (request.scheme == "https" || behavior.viewer_protocol == ViewerProtocol::allow_all) {
    return std::nullopt;
  }
  if (behavior.viewer_protocol == ViewerProtocol::https_only) {
    return cloudfront_error(403, "The behavior takes HTTPS alone (viewer_protocol_policy).");
  }
  const bool reads = request.method == http::Method::get || request.method == http::Method::head;
  if (!reads && request.minor == 0) {
    return cloudfront_error(403, "HTTP/1.0 has no redirect to HTTPS that keeps the method.");
  }
  return cloudfront_redirect(reads ? 301 : 307,
                             "https://" + std::string(request.host) + std::string(request.target));
}

EdgeResponse refusal(const signing::Denial& denial) {
  EdgeResponse response = cloudfront_denial(signing::denial_code_name(denial.code),
                                            signing::denial_message(denial.code));
  response.reason = signing::denial_reason_name(denial.reason);
  response.reason += ": " + denial.cause;
  return response;
}

}  // namespace

std::variant<EdgeResponse, Admitted> admit(const Distribution& distribution,
                                           const ViewerRequest& request, UnixSeconds now,
                                           std::uint64_t number,
                                           signing::VerifiedSignatures& memo) {
  if (!alias_matches(distribution.aliases, request.host)) {
    return cloudfront_error(403, "The host is none of the distribution's aliases.");
  }
  if (request.target.size() > limits::edge_url) {
    return cloudfront_error(414, "The URL is longer than 8192 bytes.");
  }
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  auto key = object_key(path);
  const Behavior& behavior = behavior_for(distribution, path, key ? *key : path);
  if (auto elsewhere = check_protocol(behavior, request)) return *std::move(elsewhere);
  if (!allows(behavior.allowed_methods, request.method)) {
    return cloudfront_error(403, refused_method(behavior.allowed_methods));
  }

  std::string url(request.scheme);
  url += "://";
  url += request.host;
  const std::size_t origin = url.size();
  url += request.target;
  const signing::SignedRequest parts = signing::read_signed_url(url);
  if (!behavior.trusted_keys.empty()) {
    const signing::Presented presented =
        is_presented(parts.presented) ? parts.presented : presented_cookies(*request.fields);
    const auto verdict = signing::verify(parts.resource, presented, behavior.trusted_keys,
                                         {now, request.viewer}, memo);
    if (!verdict) return refusal(verdict.error());
  }
  // It is S3 that cannot read it, and S3 is asked last.
  if (!key) {
    EdgeResponse unread =
        error_response(s3_error({400, "InvalidURI", "Couldn't parse the specified URI.",
                                 "<URI>" + xml_escape(path) + "</URI>"},
                                number));
    unread.reason = "invalid_uri: the path's percent codes are broken, or no UTF-8";
    return unread;
  }
  const std::string_view target = std::string_view(parts.resource).substr(origin);
  const std::size_t query = target.find('?');
  return Admitted{
      &behavior, *std::move(key), std::string(path),
      query == std::string_view::npos ? std::string() : std::string(target.substr(query + 1))};
}

}  // namespace signgate::edge
