// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/edge/message.hpp"
#include "gateway/edge/origin_message.hpp"

/// The errors of CloudFront and of S3 as they answer them. S3's have a RequestId and a HostId and a
/// small "denied" less: that tells the two apart.
namespace signgate::edge {

/// cloudfront_denial is CloudFront's own 403 to a request without a valid signature: one line of
/// XML. Source: AWS knowledge centre, "troubleshoot signed URL", and captured answers.
[[nodiscard]] EdgeResponse cloudfront_denial(std::string_view code, std::string_view message);

/// cloudfront_error is CloudFront's HTML page for a request that it does not take at all. `message`
/// is one sentence of ours that stands in it.
[[nodiscard]] EdgeResponse cloudfront_error(int status, std::string_view message);

/// cloudfront_redirect is CloudFront's redirect to HTTPS, of status 301 or 307.
[[nodiscard]] EdgeResponse cloudfront_redirect(int status, std::string location);

/// S3Error is an error of S3's REST API.
struct S3Error {
  int status = 403;
  std::string_view code;     // "AccessDenied"
  std::string_view message;  // "Access Denied"
  std::string details;       // further elements, escaped already: "<Key>...</Key>"
};

/// s3_error is S3's answer; the two ids follow from `request_number`, which should differ from
/// request to request. Source: S3 API Reference, "Error responses".
[[nodiscard]] OriginAnswer s3_error(const S3Error& error, std::uint64_t request_number);

/// xml_escape replaces & < > " and control characters by references, for element content.
[[nodiscard]] std::string xml_escape(std::string_view text);

/// add_s3_ids adds x-amz-request-id and x-amz-id-2 for that request.
void add_s3_ids(OriginAnswer& answer, std::uint64_t request_number);

}  // namespace signgate::edge
