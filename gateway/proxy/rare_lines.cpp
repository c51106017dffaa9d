// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/rare_lines.hpp"

#include "gateway/base/limits.hpp"

namespace signgate::proxy {
namespace {

constexpr std::chrono::seconds interval{1};
// Stands for all kinds that found no place.
constexpr std::string_view others = "other troubles";

}  // namespace

RareLines& RareLines::shared() {
  static RareLines lines(&log_at);
  return lines;
}

void RareLines::tell(SteadyTime now, const ErrorPlace& place, ErrorLevel level,
                     const std::string& kind, std::string_view rest) {
  const std::lock_guard lock(mutex_);
  tick_locked(now);  // numbers that are due come first
  const std::tuple<std::uint32_t, ErrorLevel, std::string> key{place.log, level, kind};
  if (const auto found = kinds_.find(key); found != kinds_.end()) {
    ++found->second.left_out;
  } else if (kinds_.size() >= limits::error_lines) {
    ++kinds_.try_emplace({place.log, level, std::string(others)}, Count{now})
          .first->second.left_out;
  } else {
    write_(place, level, kind + std::string(rest));
    kinds_[key] = {now};
  }
}

void RareLines::tick(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  tick_locked(now);
}

void RareLines::tick_locked(SteadyTime now) {
  for (auto each = kinds_.begin(); each != kinds_.end();) {
    auto& [kind, count] = *each;
    if (now - count.written < interval) {
      ++each;
    } else if (count.left_out == 0) {
      each = kinds_.erase(each);
    } else {
      const ErrorPlace place{.connection = 0, .log = std::get<0>(kind)};
      write_(place, std::get<1>(kind),
             std::to_string(count.left_out) + " more times: " + std::get<2>(kind));
      count = {now};
      ++each;
    }
  }
}

}  // namespace signgate::proxy
