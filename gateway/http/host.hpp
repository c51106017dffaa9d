// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace signgate::http {

/// is_valid_host checks a Host value or an authority without userinfo: reg-name, IPv4 or [IPv6],
/// optional port (RFC 3986 section 3.2.2, 3.2.3), as nginx since 1.29 does. The empty value is
/// valid here.
[[nodiscard]] bool is_valid_host(std::string_view host) noexcept;

/// host_name is the name in a Host value or an authority as servers are found by it: without the
/// port and the dot of the name's root, in lower case (nginx). Of one that is not valid it is some
/// text.
[[nodiscard]] std::string host_name(std::string_view authority);

}  // namespace signgate::http
