// SPDX-License-Identifier: Apache-2.0
#include "signing/parameter_cache.hpp"

#include <functional>
#include <utility>

namespace signgate::signing {

std::size_t ParameterCache::place(std::uint64_t rule, std::string_view resource) const noexcept {
  return (std::hash<std::string_view>{}(resource) ^ rule * 0x9E3779B97F4A7C15) % slots_;
}

std::string_view ParameterCache::find(std::uint64_t rule, std::string_view resource,
                                      const SigningKey* key, UnixSeconds now) const noexcept {
  if (table_.empty()) return {};
  const Slot& slot = table_[place(rule, resource)];
  const bool known = slot.rule == rule && slot.key.get() == key && now >= slot.from &&
                     now < slot.until && slot.resource == resource;
  return known ? std::string_view(slot.parameters) : std::string_view();
}

void ParameterCache::store(Slot content) {
  if (table_.empty()) table_.resize(slots_);
  Slot& slot = table_[place(content.rule, content.resource)];
  slot = std::move(content);
}

}  // namespace signgate::signing
