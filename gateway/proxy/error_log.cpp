// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/error_log.hpp"

#include <spdlog/sinks/stdout_sinks.h>

namespace signgate::proxy {
namespace {

using Loggers = std::array<std::shared_ptr<spdlog::logger>, error_level_names.size()>;

Loggers make_loggers(const std::shared_ptr<spdlog::sinks::sink>& sink, ErrorLevel lowest) {
  sink->set_pattern("%Y/%m/%d %H:%M:%S [%n] %P#%t: %v");
  Loggers loggers;
  for (std::size_t i = 0; i < loggers.size(); ++i) {
    loggers[i] = std::make_shared<spdlog::logger>(std::string(error_level_names[i]), sink);
    loggers[i]->set_level(i < static_cast<std::size_t>(lowest) ? spdlog::level::off
                                                               : spdlog::level::trace);
  }
  return loggers;
}

Loggers& loggers() {
  static Loggers all =
      make_loggers(std::make_shared<spdlog::sinks::stderr_sink_mt>(), ErrorLevel::notice);
  return all;
}

}  // namespace

spdlog::logger& error_logger(ErrorLevel level) {
  return *loggers()[static_cast<std::size_t>(level)];
}

void set_error_log(const std::shared_ptr<spdlog::sinks::sink>& sink, ErrorLevel lowest) {
  loggers() = make_loggers(sink, lowest);
}

}  // namespace signgate::proxy
