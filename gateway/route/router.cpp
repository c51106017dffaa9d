// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/router.hpp"

#include <algorithm>

namespace signgate::route {
namespace {

bool fits(const Regex& regex, std::string_view text, std::unique_ptr<Captured>* captured) {
  return captured != nullptr ? regex.take(text, *captured) : regex.matches(text);
}

}  // namespace

const Route* Server::find_route(std::string_view uri, std::unique_ptr<Captured>* captured) const {
  for (const Route& route : exact) {
    if (route.location == uri) return &route;
  }
  const Route* longest = nullptr;
  for (const Route& route : prefixes) {
    if (uri.starts_with(route.location)) {
      longest = &route;
      break;
    }
  }
  if (longest != nullptr && longest->kind == config::LocationKind::prefix_no_regex) return longest;
  for (const Route& route : regexes) {
    if (fits(*route.regex, uri, captured)) return &route;
  }
  return longest;
}

const Route* Server::find_named(std::string_view name) const {
  for (const Route& route : named) {
    if (route.location == name) return &route;
  }
  return nullptr;
}

bool Server::captures() const {
  return std::any_of(patterns.begin(), patterns.end(),
                     [](const auto& pattern) { return pattern.second.groups() != 0; });
}

bool Server::redirects_to_slash(std::string_view uri) const {
  for (const Route& route : exact) {
    if (route.location == uri) return false;
  }
  for (const Route& route : prefixes) {
    if (route.proxy && route.location.size() == uri.size() + 1 && route.location.ends_with('/') &&
        route.location.starts_with(uri)) {
      return true;
    }
  }
  return false;
}

const Server& Router::find_server(std::size_t listen, std::string_view host,
                                  std::unique_ptr<Captured>* captured) const {
  const std::vector<std::size_t>& candidates = listens_[listen].servers;
  const bool captures = listens_[listen].captures && captured != nullptr;
  if (candidates.size() == 1 && !captures) return servers_[candidates.front()];
  const Server* best = nullptr;
  std::size_t best_length = 0;
  bool best_leading = false;
  for (const std::size_t index : candidates) {
    const Server& server = servers_[index];
    for (const std::string& name : server.settings.server_name) {
      const bool both = name.starts_with('.');  // ".example.com": the name itself as well
      if (name == host && !both) return server;
      const bool leading = both || name.starts_with("*.");
      const bool trailing = name.ends_with(".*");
      if (!leading && !trailing) continue;
      const std::string_view fixed = both      ? std::string_view(name)
                                     : leading ? std::string_view(name).substr(1)
                                               : std::string_view(name).substr(0, name.size() - 1);
      const bool hit = (both && host == fixed.substr(1)) ||
                       (host.size() > fixed.size() &&
                        (leading ? host.ends_with(fixed) : host.starts_with(fixed)));
      const bool better = best == nullptr || (leading && !best_leading) ||
                          (leading == best_leading && fixed.size() > best_length);
      if (!hit || !better) continue;
      best = &server;
      best_length = fixed.size();
      best_leading = leading;
    }
  }
  if (best != nullptr) return *best;
  if (host.empty()) return servers_[candidates.front()];
  for (const std::size_t index : candidates) {
    for (const auto& [text, pattern] : servers_[index].patterns) {
      if (fits(pattern, host, captured)) return servers_[index];
    }
  }
  return servers_[candidates.front()];
}

}  // namespace signgate::route
