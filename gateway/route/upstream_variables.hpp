// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/route/access_variables.hpp"

namespace signgate::route {

/// find_upstream_variable finds the variables of the servers that were asked ($upstream_addr and
/// its kin), of the PROXY protocol ($proxy_protocol_addr, $proxy_protocol_tlv_NAME) and the
/// captures of the location's regular expression ($1 to $9), by the name without `$`. Source:
/// nginx, ngx_http_upstream_module, ngx_http_core_module.
[[nodiscard]] std::optional<AccessVariable> find_upstream_variable(std::string_view name) noexcept;

}  // namespace signgate::route
