// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/config/config.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/proxy/log_file.hpp"

namespace signgate::server {

/// open_error_logs opens the files of an `error_log`, for proxy::set_error_log or a server's
/// proxy::OwnErrorLog. Fails with `resource`, whose detail names the path. They are among `files`,
/// and reopened with them; what cannot be written is kept for a while, and what is lost is told of
/// when writing works again.
[[nodiscard]] Result<std::vector<proxy::ErrorTarget>> open_error_logs(
    std::span<const config::ErrorLog> settings, const std::string& folder, proxy::LogFiles& files);

}  // namespace signgate::server
