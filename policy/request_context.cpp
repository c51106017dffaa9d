// SPDX-License-Identifier: Apache-2.0
#include "policy/request_context.hpp"

#include <algorithm>

namespace signgate::policy {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

void RequestContext::set(std::string_view key, std::string value) {
  for (auto& [name, held] : values_) {
    if (!equals_ignore_case(name, key)) continue;
    held = std::move(value);
    return;
  }
  values_.emplace_back(key, std::move(value));
}

const std::string* RequestContext::find(std::string_view key) const noexcept {
  for (const auto& [name, held] : values_) {
    if (equals_ignore_case(name, key)) return &held;
  }
  return nullptr;
}

bool equals_ignore_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace signgate::policy
