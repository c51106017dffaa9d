// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spdlog/spdlog.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace signgate::proxy {

/// ErrorLevel is a level of the error log, nginx's eight in their order. spdlog has six, and none
/// for `notice` and what is above `crit`: so each of ours is a logger of its own.
enum class ErrorLevel : std::uint8_t { debug, info, notice, warn, error, crit, alert, emerg };

inline constexpr std::array<std::string_view, 8> error_level_names = {
    "debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"};

/// error_logger writes lines of that level, whatever level spdlog is told. Any thread may call it.
[[nodiscard]] spdlog::logger& error_logger(ErrorLevel level);

/// set_error_log sends every line of `lowest` and above to the sink, in nginx's form: "2026/11/23
/// 20:45:07 [error] PID#TID: TEXT"; until then they go to stderr, from notice up. Called before
/// other threads log.
void set_error_log(const std::shared_ptr<spdlog::sinks::sink>& sink, ErrorLevel lowest);

/// logs says whether lines of that level are written: what makes a line may be saved.
[[nodiscard]] inline bool logs(ErrorLevel level) {
  return error_logger(level).should_log(spdlog::level::info);
}

/// log writes one line.
template <class... Arguments>
void log(ErrorLevel level, spdlog::format_string_t<Arguments...> form, Arguments&&... arguments) {
  error_logger(level).log(spdlog::level::info, form, std::forward<Arguments>(arguments)...);
}

}  // namespace signgate::proxy
