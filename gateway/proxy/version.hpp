// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace signgate::proxy {

/// server_with_version is the value of Server with nginx's server_tokens on.
extern const std::string_view server_with_version;
/// server_name_only is the value of Server with server_tokens off.
extern const std::string_view server_name_only;

}  // namespace signgate::proxy
