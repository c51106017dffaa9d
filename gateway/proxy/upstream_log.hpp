// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/base/clock.hpp"
#include "gateway/base/error.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::proxy {

/// UpstreamLog tells the error log what went wrong with an upstream: one line for each attempt that
/// failed, in the words and order of nginx's ("..., client: ..., server: ..., request: ...,
/// upstream: ..."), with signatures masked. When all fails at once, lines past
/// limits::error_lines in a second are counted and told as a number. One worker's.
class UpstreamLog {
 public:
  /// failed writes the line about `error`, which ended the last of `values.tries`.
  void failed(const Error& error, const route::VariableValues& values);

 private:
  [[nodiscard]] bool has_room(SteadyTime now);

  SteadyTime second_{};
  std::uint64_t lines_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace signgate::proxy
