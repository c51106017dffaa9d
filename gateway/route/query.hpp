// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/http/fields.hpp"

namespace signgate::route {

/// query_argument is the raw value of the first argument of that name, in any case, as nginx's
/// $arg_NAME.
[[nodiscard]] std::string_view query_argument(std::string_view query,
                                              std::string_view name) noexcept;

/// cookie_value is the value of the first cookie of that name, as nginx's $cookie_NAME.
[[nodiscard]] std::string_view cookie_value(const http::Fields& fields,
                                            std::string_view name) noexcept;

/// set_cookie_value is the value of the first Set-Cookie of that name, in any case, as nginx's
/// $upstream_cookie_NAME; its data() is null when there is none.
[[nodiscard]] std::string_view set_cookie_value(const http::Fields& fields,
                                                std::string_view name) noexcept;

/// basic_user is the user of an `Authorization: Basic` value, as nginx's $remote_user; "" when
/// there is none.
[[nodiscard]] std::string basic_user(std::string_view authorization);

/// redact_signatures replaces the values of the parameters Signature and Policy (CloudFront's) and
/// X-Amz-Signature (S3's) in a URL or request line, and of the cookies CloudFront-Signature and
/// CloudFront-Policy in any text, by "***": who reads a log must not be able to open what he finds
/// there. An address within a query may be percent-encoded any number of times.
[[nodiscard]] std::string redact_signatures(std::string_view text);

/// may_hold_signature is quick: false when redact_signatures would change nothing.
[[nodiscard]] bool may_hold_signature(std::string_view text) noexcept;

}  // namespace signgate::route
