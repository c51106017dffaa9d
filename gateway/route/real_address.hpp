// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "gateway/base/network.hpp"
#include "gateway/http/fields.hpp"

namespace signgate::route {

/// RealAddressRule is set_real_ip_from, real_ip_header and real_ip_recursive.
struct RealAddressRule {
  std::span<const Network> trusted;
  std::string_view header;  // "proxy_protocol" = what the PROXY protocol said
  bool recursive = false;
};

/// real_address finds the client behind trusted proxies. `peer` is the address of the connection;
/// `proxy_protocol` what the PROXY protocol said of it, if anything. Nothing when the peer is not
/// trusted, or the header is not there or not an address: the peer is the client then. Of
/// X-Forwarded-For all lines count, of another header the first. Not recursive, the last address
/// counts; recursive, the last one that is not trusted, or the first of all. A port of 0: none was
/// given. Source: nginx, ngx_http_realip_module and ngx_http_get_forwarded_addr.
[[nodiscard]] std::optional<Forwarded> real_address(const RealAddressRule& rule,
                                                    const IpAddress& peer,
                                                    const http::Fields& fields,
                                                    const std::optional<Forwarded>& proxy_protocol);

}  // namespace signgate::route
