// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/base/error.hpp"
#include "gateway/config/config.hpp"
#include "gateway/proxy/log_file.hpp"

namespace signgate::server {

/// open_error_log makes error_log the destination of everything that the program reports, in
/// nginx's form: "2026/11/23 20:45:07 [error] PID#TID: TEXT". Fails with `resource`, whose detail
/// names the path. It is one of `files`, and reopened with them; what cannot be written is kept for
/// a while, and what is lost is told of when writing works again.
[[nodiscard]] Result<void> open_error_log(const config::ErrorLog& settings,
                                          const std::string& folder, proxy::LogFiles& files);

}  // namespace signgate::server
