// SPDX-License-Identifier: Apache-2.0
#include "signing/link_rule.hpp"

#include <atomic>
#include <limits>

namespace signgate::signing {

const std::shared_ptr<const SigningKey>* LinkRule::key_at(UnixSeconds now) const noexcept {
  const Entry* best = nullptr;
  constexpr auto always = std::numeric_limits<UnixSeconds>::min();
  for (const Entry& entry : keys) {
    if (entry.not_before && now < *entry.not_before) continue;
    if (entry.not_after && now >= *entry.not_after) continue;
    if (best == nullptr || entry.not_before.value_or(always) > best->not_before.value_or(always))
      best = &entry;
  }
  return best == nullptr ? nullptr : &best->key;
}

std::uint64_t LinkRule::next_serial() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace signgate::signing
