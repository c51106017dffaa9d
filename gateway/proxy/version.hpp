// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace signgate::proxy {

/// The two values of Server: nginx's server_tokens on and off.
inline constexpr std::string_view server_with_version = "signgate/" SIGNGATE_VERSION;
inline constexpr std::string_view server_name_only = "signgate";

}  // namespace signgate::proxy
