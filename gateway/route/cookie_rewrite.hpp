// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/proxy_settings.hpp"
#include "gateway/route/text_rule.hpp"

namespace signgate::route {

/// CookieRewrite is proxy_cookie_domain, proxy_cookie_path and proxy_cookie_flags of a route,
/// compiled. Immutable; any thread. Source: nginx, ngx_http_proxy_module.
class CookieRewrite {
 public:
  CookieRewrite() = default;
  explicit CookieRewrite(const config::ProxyAnswer& settings);

  [[nodiscard]] bool empty() const noexcept {
    return domains_.empty() && paths_.empty() && flags_.empty();
  }

  /// apply is a Set-Cookie value as it is to go out, or nothing when it stays as it is. A value
  /// without a name stays.
  [[nodiscard]] std::optional<std::string> apply(std::string_view value,
                                                 const VariableValues& values) const;

 private:
  struct Flags {
    std::optional<Regex> regex;
    Template name;
    std::vector<Replacement> flags;

    /// fits says whether the rule is for that cookie; `captures` becomes what its regex took.
    [[nodiscard]] bool fits(std::string_view cookie, const VariableValues& values,
                            std::vector<std::string_view>& captures) const;
  };

  std::vector<TextRule> domains_;
  std::vector<TextRule> paths_;
  std::vector<Flags> flags_;
};

}  // namespace signgate::route
