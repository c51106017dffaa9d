// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/access_errors.hpp"

#include "gateway/base/limits.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/proxy/logged_request.hpp"

namespace signgate::proxy {
namespace {

ErrorLevel level_of(config::LogLevel level) noexcept {
  switch (level) {
    case config::LogLevel::info:
      return ErrorLevel::info;
    case config::LogLevel::notice:
      return ErrorLevel::notice;
    case config::LogLevel::warn:
      return ErrorLevel::warn;
    case config::LogLevel::error:
      return ErrorLevel::error;
  }
  return ErrorLevel::error;
}

}  // namespace

void AccessErrors::tell(config::LogLevel level, std::string_view text,
                        const route::VariableValues& values) {
  if (!logs(level_of(level), values.error_log)) return;
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now - second_ >= std::chrono::seconds(1)) {
    if (left_out_ > 0)
      log(ErrorLevel::error, "{} more refusals were not logged one by one", left_out_);
    second_ = now;
    lines_ = left_out_ = 0;
  }
  if (lines_ >= limits::error_lines) {
    ++left_out_;
    return;
  }
  ++lines_;
  const ErrorPlace place{.connection = values.connection, .log = values.error_log};
  log_at(place, level_of(level), std::string(text).append(logged_request(values)));
}

}  // namespace signgate::proxy
