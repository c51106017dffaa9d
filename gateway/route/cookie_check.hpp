// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/config/diagnostic.hpp"

namespace signgate::route {

/// CookieFinding is what is wrong with the cookies of a media rule, and where.
struct CookieFinding {
  config::Severity severity = config::Severity::error;
  config::Place place;
  std::string message;
};

/// check_cookies looks at the rules with cookies = "on" together with the servers whose routes
/// sign them, as browsers will. Errors are what cannot work: a target on *.cloudfront.net, a
/// target that shares no domain with any site, a cookie_domain that is a public suffix or does not
/// hold target and site, a cookie_path that does not hold the target, and rules whose cookies meet
/// in one request or overwrite each other, since all have the same names. Warnings are what cannot
/// be decided here: sites without a name, plain http where Secure cookies are set. Pure. Source:
/// RFC 6265, section 5.3; CloudFront Developer Guide, "Use signed cookies".
[[nodiscard]] std::vector<CookieFinding> check_cookies(const config::Config& config);

}  // namespace signgate::route
