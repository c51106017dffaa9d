// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spdlog/spdlog.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace signgate::proxy {

/// ErrorLevel is a level of the error log, nginx's eight in their order. spdlog has six, and none
/// for `notice` and what is above `crit`: so each of ours is a logger of its own.
enum class ErrorLevel : std::uint8_t { debug, info, notice, warn, error, crit, alert, emerg };

inline constexpr std::array<std::string_view, 8> error_level_names = {
    "debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"};

/// ErrorTarget is one place where lines go: those of `lowest` and above.
struct ErrorTarget {
  std::shared_ptr<spdlog::sinks::sink> sink;
  ErrorLevel lowest = ErrorLevel::notice;
};

/// error_logger writes lines of that level, whatever level spdlog is told. Any thread may call it.
[[nodiscard]] spdlog::logger& error_logger(ErrorLevel level);

/// set_error_log sends every line to the targets whose level lets it, in nginx's form: "2026/11/23
/// 20:45:07 [error] PID#TID: TEXT"; until then they go to stderr, from notice up. Any thread may
/// call it, also while others log.
void set_error_log(std::span<const ErrorTarget> targets);
void set_error_log(const std::shared_ptr<spdlog::sinks::sink>& sink, ErrorLevel lowest);

/// OwnErrorLog is the error log of a server that names its own, for as long as it lives. Lines for
/// a number that nobody has any more go to the program's. Any thread.
class OwnErrorLog {
 public:
  explicit OwnErrorLog(std::span<const ErrorTarget> targets);
  ~OwnErrorLog();
  OwnErrorLog(const OwnErrorLog&) = delete;
  OwnErrorLog& operator=(const OwnErrorLog&) = delete;

  /// number is what route::VariableValues::error_log holds; never 0, never given twice.
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

 private:
  std::uint32_t number_ = 0;
};

/// ErrorPlace says about which connection a line is, and in whose log it belongs.
struct ErrorPlace {
  std::uint64_t connection = 0;  // $connection, written "*N" before the text; 0 = about none
  std::uint32_t log = 0;         // OwnErrorLog::number; 0: the program's
};

/// logs says whether lines of that level are written: what makes a line may be saved.
[[nodiscard]] bool logs(ErrorLevel level, std::uint32_t log = 0);

/// log_at writes one line.
void log_at(const ErrorPlace& place, ErrorLevel level, std::string_view text);

/// log writes one line to the program's error log.
template <class... Arguments>
void log(ErrorLevel level, spdlog::format_string_t<Arguments...> form, Arguments&&... arguments) {
  error_logger(level).log(spdlog::level::info, form, std::forward<Arguments>(arguments)...);
}

}  // namespace signgate::proxy
