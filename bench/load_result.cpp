// SPDX-License-Identifier: Apache-2.0
#include "bench/load_result.hpp"

#include <algorithm>
#include <numeric>

namespace signgate::bench {

std::string_view load_error_name(LoadError error) noexcept {
  switch (error) {
    case LoadError::connect:
      return "connect";
    case LoadError::closed:
      return "closed";
    case LoadError::timed_out:
      return "timed_out";
    case LoadError::malformed:
      return "malformed";
  }
  return "";
}

std::uint64_t LoadResult::error_sum() const noexcept {
  return std::accumulate(errors.begin(), errors.end(), std::uint64_t{0});
}

double LoadResult::rate_reached() const noexcept {
  const double seconds = std::chrono::duration<double>(sending).count();
  return seconds > 0 ? static_cast<double>(sent) / seconds : 0;
}

void LoadResult::merge(const LoadResult& part) {
  for (const auto& [status, count] : part.statuses)
    statuses[status] += count;
  for (std::size_t i = 0; i < load_error_count; ++i)
    errors[i] += part.errors[i];
  bytes += part.bytes;
  latency.merge(part.latency);
  if (links && part.links) links->merge(*part.links);
  due += part.due;
  sent += part.sent;
  sending = std::max(sending, part.sending);
}

}  // namespace signgate::bench
