// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/browser_form.hpp"

#include <algorithm>

#include "gateway/rewrite/url.hpp"
#include "policy/json.hpp"
#include "policy/resource_pattern.hpp"

namespace signgate::cli {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

// Whether a browser may write the URL in another way; false for nearly all.
bool may_differ(std::string_view resource) {
  const std::size_t scheme = resource.find("://");
  if (scheme == std::string_view::npos) return true;
  const std::size_t end = resource.find_first_of("/?", scheme + 3);
  const std::string_view origin = resource.substr(0, end);
  if (end == std::string_view::npos || resource[end] == '?') return true;
  if (std::ranges::any_of(origin, is_upper) ||
      origin.find_first_of(":@[%", scheme + 3) != std::string_view::npos)
    return true;
  const std::string_view path = resource.substr(end, resource.find('?', end) - end);
  return path.find("/.") != std::string_view::npos || path.find('\\') != std::string_view::npos ||
         path.find("/%2e") != std::string_view::npos || path.find("/%2E") != std::string_view::npos;
}

}  // namespace

std::optional<std::string> browser_form(std::string_view resource) {
  if (!may_differ(resource)) return std::nullopt;
  const auto url = rewrite::parse_url(resource, nullptr);
  if (!url) return std::nullopt;
  std::string form;
  rewrite::append_url(*url, form);
  if (form == resource) return std::nullopt;
  return form;
}

std::optional<std::string> browser_warning(std::string_view resource,
                                           std::optional<std::string_view> pattern) {
  const auto form = browser_form(resource);
  if (!form || (pattern && policy::resource_matches(*pattern, *form))) return std::nullopt;
  return "a browser asks for " + policy::excerpt(*form) +
         " instead, which a signature over the URL as it is written does not cover: CloudFront "
         "refuses it with 403";
}

}  // namespace signgate::cli
