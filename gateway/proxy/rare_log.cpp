// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/rare_log.hpp"

#include <spdlog/spdlog.h>

namespace signgate::proxy {

void RareLog::error(SteadyTime now, std::string_view text) {
  if (written_ != SteadyTime{} && now - written_ < std::chrono::seconds(1)) {
    ++left_out_;
    return;
  }
  if (left_out_ > 0) {
    spdlog::error("{} ({} more times since the last line)", text, left_out_);
  } else {
    spdlog::error("{}", text);
  }
  written_ = now;
  left_out_ = 0;
}

}  // namespace signgate::proxy
