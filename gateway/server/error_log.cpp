// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/error_log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <mutex>

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

/// FileSink hands the lines to a LogFile.
class FileSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FileSink(std::shared_ptr<proxy::LogFile> file) : file_(std::move(file)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    write(message);
    const std::uint64_t lost = file_->take_lost();
    if (lost == 0) return;
    const std::string text = std::to_string(lost) + " lines of this log were lost";
    write({message.time, {}, {}, spdlog::level::critical, text});
  }

  void flush_() override { file_->flush(); }

  void write(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    const std::string_view text(line.data(), line.size());
    file_->write(text.substr(0, text.find_last_not_of("\r\n") + 1));
  }

  const std::shared_ptr<proxy::LogFile> file_;
};

}  // namespace

Result<void> open_error_log(const config::ErrorLog& settings, const std::string& folder,
                            proxy::LogFiles& files) {
  auto file = files.open({.directive = "error_log",
                          .path = settings.path,
                          .folder = folder,
                          .mode = proxy::LogFile::Mode::at_once,
                          .reports = false});
  if (!file) return file.error();
  auto logger = std::make_shared<spdlog::logger>("", std::make_shared<FileSink>(std::move(*file)));
  logger->set_pattern("%Y/%m/%d %H:%M:%S [%l] %P#%t: %v");
  logger->set_level(level_of(settings.level));
  spdlog::set_default_logger(std::move(logger));
  return {};
}

}  // namespace signgate::server
