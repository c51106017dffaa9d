// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/config/config.hpp"

namespace signgate::route {

/// CookieRule is a media rule with cookies = "on", ready for requests. A cookie has to open every
/// link of the rule, and a canned policy opens one URL, so it is a custom policy for all of the
/// target. Source: CloudFront Developer Guide, "Set signed cookies using a custom policy".
struct CookieRule {
  std::string resource;  // the target, normalised, and `*`
  std::string host;      // the target's: lower case, an IPv6 address in brackets
  std::string domain;    // cookie_domain; empty = cookie_domain_for chooses
  std::string path;      // Path: cookie_path, or the target's path up to its last `/`
  std::string marker;    // the name of the cookie that pages outside of `path` see
  bool secure = false;   // the target is https
};

/// make_cookie_rule compiles a rule; nothing with cookies = "off", and for a target that is no
/// URL. Pure.
[[nodiscard]] std::optional<CookieRule> make_cookie_rule(const config::Media& media);

/// cookie_domain_for is the Domain with which a page of the host `site` (lower case, no port) has
/// to set the rule's cookies: cookie_domain, or the longest domain that site and target have in
/// common. "" when they are one host: without Domain no other host gets them. Nothing when
/// browsers would not take the cookies or not send them to the target. `site` may begin with "*."
/// and means all hosts below then. Any thread. Source: RFC 6265, sections 5.1.3 and 5.3.
[[nodiscard]] std::optional<std::string_view> cookie_domain_for(const CookieRule& rule,
                                                                std::string_view site);

/// is_within says whether a host is `domain` or lies below it; an address is within itself alone.
/// Source: RFC 6265, section 5.1.3.
[[nodiscard]] bool is_within(std::string_view host, std::string_view domain) noexcept;

/// covers_path says whether a cookie with that Path goes with requests for `path`. Source: RFC
/// 6265, section 5.1.4.
[[nodiscard]] bool covers_path(std::string_view cookie_path, std::string_view path) noexcept;

}  // namespace signgate::route
