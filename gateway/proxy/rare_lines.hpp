// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include "gateway/base/clock.hpp"
#include "gateway/proxy/error_log.hpp"

namespace signgate::proxy {

/// RareLines tells the error log of troubles that strike request after request, each kind once a
/// second: the first of a kind is told whole, those within the next second are counted, and told as
/// a number when it is over, in each log apart. All workers share one, so that their number makes
/// no difference; any thread may call it.
class RareLines {
 public:
  using Write =
      std::function<void(const ErrorPlace& place, ErrorLevel level, const std::string& line)>;

  explicit RareLines(Write write) : write_(std::move(write)) {}

  /// shared is the process's, which writes to its error log.
  [[nodiscard]] static RareLines& shared();

  /// tell writes `kind` and then `rest`, about the connection of `place`, or counts it. A line is
  /// cut by nothing: `rest` is escaped already. Of more than limits::error_lines kinds in one
  /// second those that are new are counted together.
  void tell(SteadyTime now, const ErrorPlace& place, ErrorLevel level, const std::string& kind,
            std::string_view rest);

  /// tick writes the numbers that are due, and forgets kinds that did not come again. Called a few
  /// times a second.
  void tick(SteadyTime now);

 private:
  struct Count {
    SteadyTime written;
    std::uint64_t left_out = 0;
  };

  void tick_locked(SteadyTime now);

  const Write write_;
  std::mutex mutex_;
  std::map<std::tuple<std::uint32_t, ErrorLevel, std::string>, Count> kinds_;
};

}  // namespace signgate::proxy
