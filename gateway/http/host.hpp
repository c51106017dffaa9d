// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace signgate::http {

/// is_valid_host checks a Host value or an authority without userinfo: reg-name, IPv4 or [IPv6],
/// optional port (RFC 3986 section 3.2.2, 3.2.3), as nginx since 1.29 does. The empty value is
/// valid here.
[[nodiscard]] bool is_valid_host(std::string_view host) noexcept;

}  // namespace signgate::http
