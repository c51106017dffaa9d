// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/version.hpp"

namespace signgate::proxy {

constinit const std::string_view server_with_version = "signgate/" SIGNGATE_VERSION;
constinit const std::string_view server_name_only = "signgate";

}  // namespace signgate::proxy
