// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace signgate::route {

/// is_public_suffix says whether anybody may register names below `domain` ("com", "co.uk",
/// "cloudfront.net"), so that browsers take no cookie for it. A last label that the list does not
/// know is one. `domain` is in lower case, in ASCII (punycode); false for an address. By the list
/// that libpsl was built with, its private part included, as in browsers. Any thread. Source:
/// publicsuffix.org; RFC 6265, section 5.3, step 5.
[[nodiscard]] bool is_public_suffix(std::string_view domain);

}  // namespace signgate::route
