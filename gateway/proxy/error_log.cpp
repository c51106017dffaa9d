// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/error_log.hpp"

#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <map>
#include <mutex>
#include <vector>

namespace signgate::proxy {
namespace {

using Sinks = std::vector<std::shared_ptr<spdlog::sinks::sink>>;

/// Loggers are one for each level. Their sinks can be changed under those who log.
class Loggers {
 public:
  Loggers() {
    for (std::size_t i = 0; i < loggers_.size(); ++i) {
      sinks_[i] = std::make_shared<spdlog::sinks::dist_sink_mt>();
      loggers_[i] = std::make_shared<spdlog::logger>(std::string(error_level_names[i]), sinks_[i]);
    }
  }

  void set(std::span<const ErrorTarget> targets) {
    for (const ErrorTarget& target : targets)
      target.sink->set_pattern("%Y/%m/%d %H:%M:%S [%n] %P#%t: %v");
    for (std::size_t i = 0; i < loggers_.size(); ++i) {
      Sinks wanted;
      for (const ErrorTarget& target : targets) {
        if (i >= static_cast<std::size_t>(target.lowest)) wanted.push_back(target.sink);
      }
      loggers_[i]->set_level(wanted.empty() ? spdlog::level::off : spdlog::level::trace);
      sinks_[i]->set_sinks(std::move(wanted));
    }
  }

  [[nodiscard]] spdlog::logger& at(ErrorLevel level) const {
    return *loggers_[static_cast<std::size_t>(level)];
  }

 private:
  std::array<std::shared_ptr<spdlog::sinks::dist_sink_mt>, error_level_names.size()> sinks_;
  std::array<std::shared_ptr<spdlog::logger>, error_level_names.size()> loggers_;
};

Loggers& main_loggers() {
  static Loggers all = [] {
    Loggers made;
    const ErrorTarget target{std::make_shared<spdlog::sinks::stderr_sink_mt>(), ErrorLevel::notice};
    made.set({&target, 1});
    return made;
  }();
  return all;
}

/// Own are the logs of servers that have their own, by number.
struct Own {
  std::mutex mutex;
  std::uint32_t last = 0;
  std::map<std::uint32_t, std::shared_ptr<const Loggers>> logs;
};

Own& own() {
  static Own all;
  return all;
}

std::shared_ptr<const Loggers> find(std::uint32_t number) {
  if (number == 0) return nullptr;
  const std::lock_guard lock(own().mutex);
  const auto found = own().logs.find(number);
  return found == own().logs.end() ? nullptr : found->second;
}

}  // namespace

spdlog::logger& error_logger(ErrorLevel level) {
  return main_loggers().at(level);
}

void set_error_log(std::span<const ErrorTarget> targets) {
  main_loggers().set(targets);
}

void set_error_log(const std::shared_ptr<spdlog::sinks::sink>& sink, ErrorLevel lowest) {
  const ErrorTarget target{sink, lowest};
  set_error_log({&target, 1});
}

OwnErrorLog::OwnErrorLog(std::span<const ErrorTarget> targets) {
  auto made = std::make_shared<Loggers>();
  made->set(targets);
  const std::lock_guard lock(own().mutex);
  number_ = ++own().last;
  own().logs.emplace(number_, std::move(made));
}

OwnErrorLog::~OwnErrorLog() {
  const std::lock_guard lock(own().mutex);
  own().logs.erase(number_);
}

bool logs(ErrorLevel level, std::uint32_t log) {
  const auto of_server = find(log);
  return (of_server ? of_server->at(level) : error_logger(level)).should_log(spdlog::level::info);
}

void log_at(const ErrorPlace& place, ErrorLevel level, std::string_view text) {
  const auto of_server = find(place.log);
  spdlog::logger& logger = of_server ? of_server->at(level) : error_logger(level);
  if (place.connection == 0) {
    logger.log(spdlog::level::info, "{}", text);
  } else {
    logger.log(spdlog::level::info, "*{} {}", place.connection, text);
  }
}

}  // namespace signgate::proxy
