// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/connection_options.hpp"

#include <algorithm>

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

// An order of names: by length first, which settles most.
bool is_before(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return a.size() < b.size();
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char x = to_lower(a[i]);
    const char y = to_lower(b[i]);
    if (x != y) return x < y;
  }
  return false;
}

}  // namespace

ConnectionOptions::ConnectionOptions(const Fields& fields) {
  for (const Field& field : fields) {
    if (field.id != HeaderId::connection) continue;
    for_each_list_element(field.value, [&](std::string_view name) { names_.push_back(name); });
  }
  std::sort(names_.begin(), names_.end(), is_before);
}

bool ConnectionOptions::is_found(std::string_view name) const noexcept {
  return std::binary_search(names_.begin(), names_.end(), name, is_before);
}

}  // namespace signgate::http
