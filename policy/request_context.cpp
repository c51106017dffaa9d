// SPDX-License-Identifier: Apache-2.0
#include "policy/request_context.hpp"

#include <algorithm>
#include <utility>

namespace signgate::policy {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

void RequestContext::set(std::string_view key, std::string value) {
  std::vector<std::string> one;
  one.push_back(std::move(value));
  set_all(key, std::move(one));
}

void RequestContext::set_all(std::string_view key, std::vector<std::string> values) {
  const auto held = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return equals_ignore_case(entry.key, key);
  });
  if (values.empty()) {
    if (held != entries_.end()) entries_.erase(held);
  } else if (held != entries_.end()) {
    held->values = std::move(values);
  } else {
    entries_.push_back({std::string(key), std::move(values)});
  }
}

std::span<const std::string> RequestContext::values(std::string_view key) const noexcept {
  for (const Entry& entry : entries_) {
    if (equals_ignore_case(entry.key, key)) return entry.values;
  }
  return {};
}

const std::string* RequestContext::find(std::string_view key) const noexcept {
  const auto held = values(key);
  return held.empty() ? nullptr : &held.front();
}

bool equals_ignore_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace signgate::policy
