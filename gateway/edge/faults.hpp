// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "gateway/base/clock.hpp"
#include "gateway/edge/origin_message.hpp"

namespace signgate::edge {

/// Faults is what is made to go wrong on purpose, by the admin's calls.
struct Faults {
  Milliseconds origin_delay{0};  // before each answer of the origin
  int status = 0;                // of the origin's next answers, in place of its own
  std::uint32_t left = 0;        // how many of them

  /// take is the next answer that is to be a fault, if any.
  [[nodiscard]] std::optional<OriginAnswer> take(std::uint64_t request_number);
};

}  // namespace signgate::edge
