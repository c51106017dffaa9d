// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/server_names.hpp"

namespace signgate::route {

void ServerNames::add(std::string_view name, std::size_t server) {
  if (name.starts_with('.')) {
    domains_.add(name.substr(1), server);
    leading_.add(name.substr(1), server);
  } else if (name.starts_with("*.")) {
    leading_.add(name.substr(2), server);
  } else if (name.ends_with(".*")) {
    trailing_.add(name.substr(0, name.size() - 2), server);
  } else {
    exact_.add(name, server);
  }
}

std::optional<std::size_t> ServerNames::find(std::string_view host) const {
  if (const auto found = exact_.find(host)) return found;
  if (const auto found = domains_.find(host)) return found;
  if (!leading_.empty() && !host.empty()) {
    // A label has to stand before the dot.
    const std::size_t most = leading_.longest() + 1;
    const std::size_t begin = host.size() - 1 > most ? host.size() - most : 1;
    for (std::size_t dot = host.find('.', begin); dot != std::string_view::npos;
         dot = host.find('.', dot + 1)) {
      if (const auto found = leading_.find(host.substr(dot + 1))) return found;
    }
  }
  if (trailing_.empty()) return std::nullopt;
  // Likewise one after it.
  const std::string_view front = host.substr(0, trailing_.longest() + 1);
  std::size_t dot = front.rfind('.');
  if (dot != std::string_view::npos && dot + 1 == host.size()) dot = front.rfind('.', dot - 1);
  for (; dot != std::string_view::npos && dot > 0; dot = front.rfind('.', dot - 1)) {
    if (const auto found = trailing_.find(front.substr(0, dot))) return found;
  }
  return std::nullopt;
}

}  // namespace signgate::route
