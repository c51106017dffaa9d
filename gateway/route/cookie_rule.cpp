// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/cookie_rule.hpp"

#include <algorithm>

#include "gateway/config/cookie_scope.hpp"
#include "gateway/http/text.hpp"
#include "gateway/rewrite/url.hpp"
#include "gateway/route/public_suffix.hpp"

namespace signgate::route {
namespace {

// The longest Path that holds all of the target and that a cookie can have.
std::string folder_of(std::string_view path) {
  path = path.substr(0, std::min(path.find(';'), config::max_cookie_path));
  return std::string(path.substr(0, path.rfind('/') + 1));
}

// A rule's name is any text, a cookie's a token (RFC 6265 section 4.1.1).
std::string marker_name(std::string_view rule) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string name = "signgate-media-";
  for (const char c : rule) {
    const auto byte = static_cast<unsigned char>(c);
    if (http::is_token_char(c) && c != '%') {
      name += c;
    } else {
      name += {'%', hex[byte >> 4], hex[byte & 15]};
    }
  }
  return name;
}

// The longest end of whole labels that both hosts have.
std::string_view common_end(std::string_view a, std::string_view b) {
  std::size_t common = 0;
  for (std::size_t i = 1; i <= std::min(a.size(), b.size()); ++i) {
    if (a[a.size() - i] != b[b.size() - i]) break;
    const bool a_ends = i == a.size() || a[a.size() - i - 1] == '.';
    const bool b_ends = i == b.size() || b[b.size() - i - 1] == '.';
    if (a_ends && b_ends) common = i;
  }
  return b.substr(b.size() - common);
}

}  // namespace

std::optional<CookieRule> make_cookie_rule(const config::Media& media) {
  if (!media.cookies.on) return std::nullopt;
  const auto target = rewrite::parse_url(media.target, nullptr);
  if (!target) return std::nullopt;
  CookieRule rule;
  rewrite::append_url(*target, rule.resource);
  rule.resource += '*';
  rule.host = target->host;
  rule.domain = media.cookies.domain;
  rule.path = media.cookies.path.empty() ? folder_of(target->path) : media.cookies.path;
  rule.marker = marker_name(media.name);
  rule.secure = target->https;
  return rule;
}

std::optional<std::string_view> cookie_domain_for(const CookieRule& rule, std::string_view site) {
  if (!rule.domain.empty()) {
    if (!is_within(site, rule.domain) || !is_within(rule.host, rule.domain)) return std::nullopt;
    return rule.domain;
  }
  if (site == rule.host) return std::string_view();
  if (config::is_address_host(site) || config::is_address_host(rule.host)) return std::nullopt;
  const std::string_view common = common_end(site, rule.host);
  if (common.empty() || is_public_suffix(common)) return std::nullopt;
  return common;
}

bool is_within(std::string_view host, std::string_view domain) noexcept {
  if (host == domain) return true;
  return !config::is_address_host(host) && host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

bool covers_path(std::string_view cookie_path, std::string_view path) noexcept {
  return path.starts_with(cookie_path) &&
         (path.size() == cookie_path.size() || cookie_path.ends_with('/') ||
          path[cookie_path.size()] == '/');
}

}  // namespace signgate::route
