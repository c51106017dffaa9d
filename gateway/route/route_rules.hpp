// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/proxy_settings.hpp"
#include "gateway/http/fields.hpp"
#include "gateway/route/cookie_rewrite.hpp"
#include "gateway/route/error_page.hpp"
#include "gateway/route/text_rule.hpp"

namespace signgate::route {

/// Rate is limit_rate or limit_rate_after: a number, or variables that give one.
class Rate {
 public:
  Rate() = default;
  explicit Rate(const std::string& text);

  /// of is the rate for one request; 0 where the variables give no size.
  [[nodiscard]] std::uint64_t of(const VariableValues& values) const;

 private:
  std::uint64_t fixed_ = 0;
  Template computed_;
};

/// RouteRules is what a route does with fields, bodies and errors, compiled: a default one changes
/// nothing. Immutable; any thread. Source: nginx, ngx_http_proxy_module, ngx_http_core_module.
struct RouteRules {
  Template method;  // proxy_method; empty: the client's
  std::optional<Template> body;
  std::string body_folder;    // client_body_temp_path
  std::string answer_folder;  // proxy_temp_path
  Rate limit_rate;
  Rate limit_rate_after;
  Rate upstream_rate;  // proxy_limit_rate
  Template bind;       // proxy_bind; empty: off
  std::vector<TextRule> redirects;
  CookieRewrite cookies;
  std::vector<std::string> hidden;  // proxy_hide_header less proxy_pass_header; grant headers
  std::vector<std::string> passed;  // proxy_pass_header
  std::vector<ErrorPage> error_pages;
  bool absolute_redirect = true;
  bool port_in_redirect = true;
  bool server_name_in_redirect = false;

  /// own_address makes an address of this server of a path: scheme, the host that the client asked
  /// (its first name instead with server_name_in_redirect; the connection's address where there is
  /// neither), and the port that listens unless it is the scheme's. The path alone without
  /// absolute_redirect.
  [[nodiscard]] std::string own_address(const VariableValues& values, std::string_view path) const;

  /// hides says whether a field of the upstream's answer is left out: Date, Server, X-Pad and
  /// X-Accel-* unless proxy_pass_header names them, what proxy_hide_header names, and what media
  /// rules take their grants from.
  [[nodiscard]] bool hides(const http::Field& field) const;
};

/// ImpliedRedirect is what `proxy_redirect default` stands for: the URL that proxy_pass names and
/// the location that it takes the place of. Nothing for a route that proxies nowhere.
struct ImpliedRedirect {
  std::string url;
  std::string location;
};

/// make_route_rules compiles a route's settings; relative folders lie in `folder`.
[[nodiscard]] RouteRules make_route_rules(const config::ProxyRequest& request,
                                          const config::ProxyAnswer& answer,
                                          const std::optional<ImpliedRedirect>& implied,
                                          const std::string& folder);

}  // namespace signgate::route
