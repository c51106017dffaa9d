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

/// basic_user is the user of an `Authorization: Basic` value, as nginx's $remote_user; "" when
/// there is none.
[[nodiscard]] std::string basic_user(std::string_view authorization);

/// redact_signatures replaces the values of CloudFront's Signature and Policy parameters in a URL
/// or request line, and of the cookies CloudFront-Signature and CloudFront-Policy in any text, by
/// "***": who reads a log must not be able to open what he finds there.
[[nodiscard]] std::string redact_signatures(std::string_view text);

}  // namespace signgate::route
