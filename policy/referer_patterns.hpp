// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/argument_error.hpp"

/// What to compare aws:Referer with: patterns that match what browsers send. They send
/// `https://host/` alone to another origin, unless the page says otherwise, the host in lower case
/// and punycode, a port unless it is the scheme's own, never a fragment. Source: MDN,
/// "Referrer-Policy" (strict-origin-when-cross-origin is the default); URL Standard, "URL
/// serializing".
namespace signgate::policy {

/// SiteForms says which addresses of a site are meant beside https://HOST/.
struct SiteForms {
  bool www = false;   // with and without "www." in front
  bool http = false;  // http:// too
};

/// site_patterns is the patterns for the pages of a site, `HOST` or `HOST:PORT`: a name in ASCII,
/// an IPv4 address or an IPv6 one in brackets. The name is written in lower case, the scheme's own
/// port left out. Errors: a scheme, path, user or wildcard, a name outside ASCII (browsers send
/// punycode), `www` for an address. Any thread.
[[nodiscard]] ArgumentResult<std::vector<std::string>> site_patterns(std::string_view site,
                                                                     const SiteForms& forms);

/// referer_doubts says what is doubtful about a pattern that somebody wrote: that no browser sends
/// what it matches, or not to a media host of its own, or that others' pages match as well. Each is
/// a sentence without a full stop; none for a pattern such as `https://www.example.com/*`. Any
/// thread.
[[nodiscard]] std::vector<std::string> referer_doubts(std::string_view pattern);

/// check_referer_pattern refuses what cannot stand in a policy: an empty pattern, control
/// characters, what is no UTF-8, policy variables. Any thread.
[[nodiscard]] std::optional<ArgumentError> check_referer_pattern(std::string_view pattern);

}  // namespace signgate::policy
