// SPDX-License-Identifier: Apache-2.0
#include "signing/parameter_cache.hpp"

#include <functional>
#include <utility>

namespace signgate::signing {

std::size_t ParameterCache::place(std::uint64_t rule, std::string_view prefix) noexcept {
  return (std::hash<std::string_view>{}(prefix) ^ rule * 0x9E3779B97F4A7C15) % slots;
}

std::string_view ParameterCache::find(std::uint64_t rule, std::string_view prefix,
                                      const SigningKey* key, UnixSeconds now) const noexcept {
  const Slot& slot = table_[place(rule, prefix)];
  const bool known = slot.rule == rule && slot.key.get() == key && now >= slot.from &&
                     now < slot.until && slot.prefix == prefix;
  return known ? std::string_view(slot.parameters) : std::string_view();
}

void ParameterCache::store(Slot content) {
  Slot& slot = table_[place(content.rule, content.prefix)];
  slot = std::move(content);
}

}  // namespace signgate::signing
