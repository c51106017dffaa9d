// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/base/clock.hpp"

namespace signgate::proxy {

enum class ErrorLevel : std::uint8_t;

/// RareLog tells the error log of a trouble that strikes every request while it lasts, such as a
/// full disk: one line a second at most, with how many there were. One worker's.
class RareLog {
 public:
  /// error counts the trouble and writes `text` at level error unless a line was written within the
  /// last second before `now`.
  void error(SteadyTime now, std::string_view text);

  /// warning is the same at level warn; critical at crit and alert at alert, for what keeps clients
  /// from being served at all.
  void warning(SteadyTime now, std::string_view text);
  void critical(SteadyTime now, std::string_view text);
  void alert(SteadyTime now, std::string_view text);

 private:
  void write(ErrorLevel level, SteadyTime now, std::string_view text);

  SteadyTime written_{};
  std::uint64_t left_out_ = 0;
};

}  // namespace signgate::proxy
