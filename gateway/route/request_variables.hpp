// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/route/access_variables.hpp"

namespace signgate::route {

/// find_request_variable finds what is read from VariableValues::facts and what the request itself
/// says of its port, by the name without `$`: connection_time, connections_NAME, is_request_port,
/// limit_rate, request_body_file, request_completion, request_port, sent_trailer_NAME,
/// tcpinfo_NAME, upstream_cookie_NAME, upstream_trailer_NAME, and of sent_http_NAME the fields that
/// the client's protocol makes. Source: nginx, ngx_http_variables.c, ngx_http_upstream_module,
/// ngx_http_stub_status_module.
[[nodiscard]] std::optional<AccessVariable> find_request_variable(std::string_view name) noexcept;

}  // namespace signgate::route
