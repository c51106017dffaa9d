// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/error_log.hpp"

#include <spdlog/sinks/base_sink.h>

#include <algorithm>
#include <mutex>

namespace signgate::server {
namespace {

proxy::ErrorLevel level_of(const std::string& name) {
  const auto& names = proxy::error_level_names;
  return static_cast<proxy::ErrorLevel>(std::ranges::find(names, name) - names.begin());
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
    write({message.time, {}, "alert", spdlog::level::info, text});
  }

  void flush_() override { file_->flush(); }

  void write(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::string_view text(line.data(), line.size());
    text = text.substr(0, text.find_last_not_of("\r\n") + 1);
    // A message is one line, so that every line has its time and level.
    std::replace_if(
        line.begin(), line.begin() + text.size(), [](char c) { return c == '\n' || c == '\r'; },
        ' ');
    file_->write(text);
  }

  const std::shared_ptr<proxy::LogFile> file_;
};

}  // namespace

Result<std::vector<proxy::ErrorTarget>> open_error_logs(std::span<const config::ErrorLog> settings,
                                                        const std::string& folder,
                                                        proxy::LogFiles& files) {
  std::vector<proxy::ErrorTarget> targets;
  for (const config::ErrorLog& log : settings) {
    auto file = files.open({.directive = "error_log",
                            .path = log.path,
                            .folder = folder,
                            .mode = proxy::LogFile::Mode::at_once,
                            .reports = false});
    if (!file) return file.error();
    targets.push_back({std::make_shared<FileSink>(std::move(*file)), level_of(log.level)});
  }
  return targets;
}

}  // namespace signgate::server
