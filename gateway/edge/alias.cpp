// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/alias.hpp"

#include <algorithm>

#include "gateway/http/text.hpp"
#include "policy/ip_range.hpp"

namespace signgate::edge {
namespace {

bool ends_with_ignoring_case(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         http::equal_ignoring_case(text.substr(text.size() - end.size()), end);
}

bool one_matches(std::string_view alias, std::string_view name) {
  if (!alias.starts_with("*.")) return http::equal_ignoring_case(alias, name);
  alias.remove_prefix(1);
  return name.size() > alias.size() && ends_with_ignoring_case(name, alias);
}

}  // namespace

bool alias_matches(const std::vector<std::string>& aliases, std::string_view host) {
  if (aliases.empty()) return true;
  if (host.starts_with('[')) return true;  // an IPv6 address
  const std::string_view name = host.substr(0, host.find(':'));
  if (http::equal_ignoring_case(name, "localhost") || policy::parse_ip_range(name)) return true;
  // The latter in the partition aws-cn. Source: CloudFront in China, "Domain names".
  for (const std::string_view own : {".cloudfront.net", ".cloudfront.cn"}) {
    if (ends_with_ignoring_case(name, own)) return true;
  }
  return std::any_of(aliases.begin(), aliases.end(),
                     [&](const std::string& alias) { return one_matches(alias, name); });
}

}  // namespace signgate::edge
