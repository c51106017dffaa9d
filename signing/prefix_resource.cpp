// SPDX-License-Identifier: Apache-2.0
#include "signing/prefix_resource.hpp"

namespace signgate::signing {

bool is_pattern(std::string_view url) noexcept {
  const std::size_t query = url.find('?');
  return url.find('*') != std::string_view::npos ||
         (query != std::string_view::npos && url.find('?', query + 1) != std::string_view::npos);
}

std::optional<ResourceScope> prefix_scope(std::string_view url, std::size_t target_length,
                                          std::size_t scope) noexcept {
  const std::string_view path = url.substr(0, url.find('?'));
  std::size_t end = target_length;
  bool deep_enough = end <= path.size();
  for (std::size_t segment = 0; deep_enough && segment < scope; ++segment) {
    // An empty segment is none to an origin that merges slashes: counted, it would open more there.
    while (end > 0 && end < path.size() && path[end - 1] == '/' && path[end] == '/')
      ++end;
    end = path.find('/', end);
    deep_enough = end != std::string_view::npos;
    if (deep_enough) ++end;
  }
  const std::size_t length = deep_enough ? end : url.size();
  if (is_pattern(url.substr(0, length))) return std::nullopt;
  return ResourceScope{length, deep_enough};
}

std::optional<std::string> prefix_resource(std::string_view url, std::size_t target_length,
                                           std::size_t scope) {
  const auto taken = prefix_scope(url, target_length, scope);
  if (!taken) return std::nullopt;
  std::string resource(url.substr(0, taken->length));
  if (taken->wildcard) resource += '*';
  return resource;
}

}  // namespace signgate::signing
