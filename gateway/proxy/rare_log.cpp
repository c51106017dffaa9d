// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/rare_log.hpp"

#include "gateway/proxy/error_log.hpp"

namespace signgate::proxy {

void RareLog::error(SteadyTime now, std::string_view text) {
  write(ErrorLevel::error, now, text);
}

void RareLog::warning(SteadyTime now, std::string_view text) {
  write(ErrorLevel::warn, now, text);
}

void RareLog::critical(SteadyTime now, std::string_view text) {
  write(ErrorLevel::crit, now, text);
}

void RareLog::alert(SteadyTime now, std::string_view text) {
  write(ErrorLevel::alert, now, text);
}

void RareLog::write(ErrorLevel level, SteadyTime now, std::string_view text) {
  if (written_ != SteadyTime{} && now - written_ < std::chrono::seconds(1)) {
    ++left_out_;
    return;
  }
  if (left_out_ > 0) {
    log(level, "{} ({} more times since the last line)", text, left_out_);
  } else {
    log(level, "{}", text);
  }
  written_ = now;
  left_out_ = 0;
}

}  // namespace signgate::proxy
