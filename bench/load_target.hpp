// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace signgate::bench {

/// LoadTarget is what one load run sends, and where to.
struct LoadTarget {
  std::string host;     // name or address; IPv6 without brackets
  std::string port;     // digits; 80 when the URL has none
  std::string request;  // the whole GET request, as it is written
};

/// make_load_target builds the request from an `http://` URL and `Name: value` lines. A line for
/// Host or User-Agent takes the place of the default one. A fragment is not sent. Otherwise a text
/// that says what is wrong and what is accepted: another scheme, user information, a bad port,
/// blanks or control characters, a line without a valid name, a field that announces a request
/// body.
[[nodiscard]] std::variant<LoadTarget, std::string> make_load_target(
    std::string_view url, const std::vector<std::string>& headers);

}  // namespace signgate::bench
