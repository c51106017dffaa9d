// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/access_errors.hpp"

#include <spdlog/spdlog.h>

#include "gateway/base/limits.hpp"
#include "gateway/route/log_escape.hpp"
#include "gateway/route/query.hpp"

namespace signgate::proxy {
namespace {

spdlog::level::level_enum level_of(config::LogLevel level) noexcept {
  switch (level) {
    case config::LogLevel::info:
    case config::LogLevel::notice:
      return spdlog::level::info;
    case config::LogLevel::warn:
      return spdlog::level::warn;
    case config::LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

void AccessErrors::tell(config::LogLevel level, std::string_view text,
                        const route::VariableValues& values) {
  if (!spdlog::should_log(level_of(level))) return;
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now - second_ >= std::chrono::seconds(1)) {
    if (left_out_ > 0) spdlog::error("{} more refusals were not logged one by one", left_out_);
    second_ = now;
    lines_ = left_out_ = 0;
  }
  if (lines_ >= limits::error_lines) {
    ++left_out_;
    return;
  }
  ++lines_;
  std::string request;
  route::append_log_escaped(route::redact_signatures(values.request_line), request);
  std::string host;
  route::append_log_escaped(values.host, host);
  spdlog::log(level_of(level), "{}, client: {}, server: {}, request: \"{}\", host: \"{}\"", text,
              values.remote_addr, values.server_name, request, host);
}

}  // namespace signgate::proxy
