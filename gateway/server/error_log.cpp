// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/error_log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <filesystem>

namespace signgate::server {
namespace {

// nginx has eight levels, spdlog six: notice is info's upper half, everything from crit up is
// critical.
spdlog::level::level_enum level_of(const std::string& name) {
  if (name == "debug") return spdlog::level::debug;
  if (name == "info" || name == "notice") return spdlog::level::info;
  if (name == "warn") return spdlog::level::warn;
  if (name == "error") return spdlog::level::err;
  return spdlog::level::critical;
}

}  // namespace

Result<void> open_error_log(const config::ErrorLog& settings, const std::string& folder) {
  std::shared_ptr<spdlog::logger> logger;
  try {
    if (settings.path == "stderr") {
      logger =
          std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    } else {
      const auto path = std::filesystem::path(folder) / settings.path;
      if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
      logger = std::make_shared<spdlog::logger>(
          "", std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string()));
    }
  } catch (const std::exception& error) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 "error_log \"" + settings.path + "\": " + error.what()};
  }
  logger->set_pattern("%Y/%m/%d %H:%M:%S [%l] %P#%t: %v");
  logger->set_level(level_of(settings.level));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
  return {};
}

}  // namespace signgate::server
