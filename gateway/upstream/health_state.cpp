// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/health_state.hpp"

#include <algorithm>

namespace signgate::upstream {

HealthState::Change HealthState::record(const config::HealthCheck& check, bool passed) noexcept {
  if (passed == healthy_) {
    row_ = 0;
    return Change::none;
  }
  if (++row_ < (passed ? check.passes : check.fails)) return Change::none;
  row_ = 0;
  healthy_ = passed;
  return passed ? Change::healthy : Change::unhealthy;
}

bool passes_check(const config::HealthCheck& check, int status) noexcept {
  return std::any_of(check.status.begin(), check.status.end(), [&](const auto& range) {
    return range.first <= status && status <= range.second;
  });
}

}  // namespace signgate::upstream
