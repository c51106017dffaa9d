// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/rare_log.hpp"

#include <spdlog/spdlog.h>

namespace signgate::proxy {

void RareLog::error(SteadyTime now, std::string_view text) {
  write(Level::error, now, text);
}

void RareLog::critical(SteadyTime now, std::string_view text) {
  write(Level::critical, now, text);
}

void RareLog::write(Level level, SteadyTime now, std::string_view text) {
  if (written_ != SteadyTime{} && now - written_ < std::chrono::seconds(1)) {
    ++left_out_;
    return;
  }
  const auto at = level == Level::error ? spdlog::level::err : spdlog::level::critical;
  if (left_out_ > 0) {
    spdlog::log(at, "{} ({} more times since the last line)", text, left_out_);
  } else {
    spdlog::log(at, "{}", text);
  }
  written_ = now;
  left_out_ = 0;
}

}  // namespace signgate::proxy
