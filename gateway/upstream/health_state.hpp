// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/config/config.hpp"

namespace signgate::upstream {

/// HealthState counts a peer's checks in a row. Source: nginx plus, `health_check`: `fails`,
/// `passes`, `mandatory`.
class HealthState {
 public:
  /// Change is what a check has made of a peer.
  enum class Change : std::uint8_t { none, unhealthy, healthy };

  explicit HealthState(bool healthy = true) noexcept : healthy_(healthy) {}

  /// record counts a check. A peer that was not well is so again after `passes` in a row, and one
  /// that was well is out after `fails` in a row.
  Change record(const config::HealthCheck& check, bool passed) noexcept;

  [[nodiscard]] bool is_healthy() const noexcept { return healthy_; }

 private:
  bool healthy_;
  std::uint32_t row_ = 0;  // checks in a row that speak against the state
};

/// passes_check says whether an answer of that status passes.
[[nodiscard]] bool passes_check(const config::HealthCheck& check, int status) noexcept;

}  // namespace signgate::upstream
