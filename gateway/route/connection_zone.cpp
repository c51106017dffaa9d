// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/connection_zone.hpp"

#include "gateway/base/limits.hpp"

namespace signgate::route {

bool ConnectionZone::enter(const std::string& key, std::uint32_t most) {
  const auto found = counts_.find(key);
  if (found != counts_.end()) {
    if (found->second >= most) return false;
    ++found->second;
    return true;
  }
  const std::uint64_t cost = limits::limit_state + key.size();
  if (used_ + cost > size_) return false;
  counts_.emplace(key, 1);
  used_ += cost;
  return true;
}

void ConnectionZone::leave(const std::string& key) noexcept {
  const auto found = counts_.find(key);
  if (found == counts_.end() || --found->second > 0) return;
  used_ -= limits::limit_state + key.size();
  counts_.erase(found);
}

}  // namespace signgate::route
