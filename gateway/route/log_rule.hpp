// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/route/log_path.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::route {

/// LogRule is one compiled access_log. Immutable; any thread.
struct LogRule {
  config::AccessLog settings;
  Template format;  // empty: signgate's own JSON
  Escape escape = Escape::log;
  Template condition;              // empty: every request is logged
  LogPath path;                    // empty: settings.path has no variables
  config::OpenLogFileCache cache;  // for such a path

  /// is_of says whether it is the rule of that log.
  [[nodiscard]] bool is_of(const config::AccessLog& log,
                           const config::OpenLogFileCache& files) const {
    return settings == log && (path.empty() || cache == files);
  }

  /// is_wanted says whether a request is to be logged there: `if=` is neither "" nor "0".
  [[nodiscard]] bool is_wanted(const VariableValues& values) const;
};

/// secret_variables are the variables of the configuration's own (set, auth_request_set) that
/// take a value which logs mask: they must not carry it there under another name.
[[nodiscard]] std::vector<std::string> secret_variables(const config::Config& config);

/// make_log_rule compiles a log with the format that it names, which the configuration has; `cache`
/// counts where its path has variables.
[[nodiscard]] LogRule make_log_rule(const config::AccessLog& log,
                                    const std::vector<config::LogFormat>& formats,
                                    const std::vector<std::string>& secrets,
                                    const config::OpenLogFileCache& cache = {});

/// share_buffers gives logs without a buffer that of another log to the same file: a file has one,
/// as in nginx.
void share_buffers(std::vector<LogRule>& rules);

}  // namespace signgate::route
