// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/route/variables.hpp"

namespace signgate::proxy {

/// logged_request is what ends an error log's line about a request: `, client: A, server: S,
/// request: "R", host: "H"`, with `upstream: "U"` before host where an upstream is concerned.
/// Quoted values are escaped, signatures in the request left out. Pure. Source: nginx,
/// ngx_http_log_error.
[[nodiscard]] std::string logged_request(const route::VariableValues& values,
                                         std::optional<std::string_view> upstream = {});

}  // namespace signgate::proxy
