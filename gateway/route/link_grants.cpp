// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/link_grants.hpp"

#include <algorithm>
#include <optional>

#include "gateway/http/text.hpp"
#include "gateway/rewrite/url.hpp"

namespace signgate::route {
namespace {

// The path as a browser would send it; nothing if it is none, or says more than a path.
std::optional<std::string> normal_path(std::string_view text) {
  if (!text.starts_with('/') || text.starts_with("//")) return std::nullopt;
  const bool odd = std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F ||
           std::string_view("*?#\\").find(c) != std::string_view::npos;
  });
  if (odd || rewrite::has_dot_segment(text)) return std::nullopt;
  std::string url("http://h");
  url.append(text);
  const auto parsed = rewrite::parse_url(url, nullptr);
  if (!parsed) return std::nullopt;
  return parsed->path;
}

}  // namespace

bool LinkGrants::add(std::string_view value) {
  http::for_each_list_element(value, [this](std::string_view element) {
    const bool wildcard = element.ends_with('*');
    if (wildcard) element.remove_suffix(1);
    auto path = normal_path(element);
    if (path) {
      patterns_.push_back({std::move(*path), wildcard});
    } else {
      malformed_ = true;
    }
  });
  return !malformed_;
}

bool LinkGrants::allows(std::string_view path) const noexcept {
  if (malformed_) return false;
  return std::ranges::any_of(patterns_, [path](const Pattern& pattern) {
    return pattern.wildcard ? path.starts_with(pattern.path) : path == pattern.path;
  });
}

bool LinkGrants::allows_below(std::string_view prefix) const noexcept {
  if (malformed_) return false;
  return std::ranges::any_of(patterns_, [prefix](const Pattern& pattern) {
    return pattern.wildcard && prefix.starts_with(pattern.path);
  });
}

}  // namespace signgate::route
