// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/config/access.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::proxy {

/// AccessErrors tells the error log who was refused or delayed and why, in nginx's words, with the
/// client, server, request and host. Lines past limits::error_lines in a second are counted and
/// told as a number: refusing must not cost more than serving. One worker's.
class AccessErrors {
 public:
  /// tell writes `text` at that level; it holds no password and no Authorization value, and what a
  /// client says stands in it escaped.
  void tell(config::LogLevel level, std::string_view text, const route::VariableValues& values);

 private:
  SteadyTime second_{};
  std::uint64_t lines_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace signgate::proxy
