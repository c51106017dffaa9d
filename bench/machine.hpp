// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signgate::bench {

/// MachineFacts is what a figure depends on. No host name, no user, no path.
struct MachineFacts {
  std::string cpu;     // the model's name, or "unknown"
  unsigned cores = 1;  // that this process may use
  std::string openssl;
  std::string compiler;
  std::string build;  // "optimised", or what makes figures of this build worthless
};

/// machine_facts are those of this process.
[[nodiscard]] MachineFacts machine_facts();

/// cpu_model is the name in the text of /proc/cpuinfo, or "unknown". Source: proc(5).
[[nodiscard]] std::string cpu_model(std::string_view cpuinfo);

/// date_text is the time in UTC as RFC 3339 has it: "2030-01-01T00:00:00Z".
[[nodiscard]] std::string date_text(std::int64_t unix_seconds);

}  // namespace signgate::bench
