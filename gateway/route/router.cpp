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
  if (const auto place = exact_places.find(uri)) return &exact[*place];
  const Route* longest = nullptr;
  if (const auto place = prefix_places.longest(uri)) longest = &prefixes[*place];
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
  return slashless.find(uri).has_value();
}

void Server::index_routes() {
  for (std::size_t i = 0; i < exact.size(); ++i)
    exact_places.add(exact[i].location, i);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    const std::string& text = prefixes[i].location;
    texts.push_back(text);
    if (!prefixes[i].proxy || !text.ends_with('/')) continue;
    const auto without = std::string_view(text).substr(0, text.size() - 1);
    if (!exact_places.find(without)) slashless.add(without, i);
  }
  prefix_places = PrefixTable(std::move(texts));
}

const Server& Router::find_server(std::size_t listen, std::string_view host,
                                  std::unique_ptr<Captured>* captured) const {
  const Listen& address = listens_[listen];
  const bool captures = address.captures && captured != nullptr;
  const Server& otherwise = servers_[address.servers.front()];
  if (address.servers.size() == 1 && !captures) return otherwise;
  const Server* named = find_named_server(listen, host, captured);
  return named == nullptr ? otherwise : *named;
}

const Server* Router::find_named_server(std::size_t listen, std::string_view host,
                                        std::unique_ptr<Captured>* captured) const {
  const Listen& address = listens_[listen];
  if (const auto named = address.names.find(host)) return &servers_[*named];
  if (host.empty()) return nullptr;
  for (const std::size_t index : address.patterned) {
    for (const auto& [text, pattern] : servers_[index].patterns) {
      if (fits(pattern, host, captured)) return &servers_[index];
    }
  }
  return nullptr;
}

}  // namespace signgate::route
