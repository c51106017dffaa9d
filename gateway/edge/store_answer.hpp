// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/edge/origin_message.hpp"
#include "gateway/http/head.hpp"

/// What a store has answered, as the edge takes it. Pure.
namespace signgate::edge {

/// store_answer is status, Server and end-to-end fields of an answer's head, without its body.
[[nodiscard]] OriginAnswer store_answer(const http::ResponseHead& head);

/// store_error_code is the <Code> of an S3 error's XML, such as "SignatureDoesNotMatch"; empty when
/// there is none of S3's form. Source: S3 API Reference, "Error responses".
[[nodiscard]] std::string_view store_error_code(std::string_view body) noexcept;

/// explain_refusal sets `code` and `reason` of an answer above 399 by its body.
void explain_refusal(OriginAnswer& answer, std::string_view body);

/// unreachable is CloudFront's own answer when the store gave none: 504 when its time was over, 502
/// otherwise. `where` names the store. Source: CloudFront Developer Guide, "HTTP 502 status code",
/// "HTTP 504 status code".
[[nodiscard]] OriginAnswer unreachable(const Error& error, std::string_view where);

}  // namespace signgate::edge
