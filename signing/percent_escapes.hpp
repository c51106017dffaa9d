// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace signgate::signing {

/// percent_decoded is `text` with each %XX as the byte that it stands for; a `%` without two
/// digits stays. Any thread. Source: RFC 3986, section 2.1.
[[nodiscard]] std::string percent_decoded(std::string_view text);

/// percent_recased is `text` with the digits of each %XX in capital or in small letters.
[[nodiscard]] std::string percent_recased(std::string_view text, bool capital);

}  // namespace signgate::signing
