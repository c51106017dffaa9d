// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace signgate::rewrite {

/// PagePolicy is a place in a page that says what a browser may fetch, or tells when it does.
enum class PagePolicy : std::uint8_t {
  content_security,    // <meta http-equiv="Content-Security-Policy">
  referrer,            // <meta name="referrer">
  referrer_attribute,  // `referrerpolicy` of an element with a link to private media
};

/// PolicyFitter is given the decoded value of each of them, and says what takes its place; nothing:
/// it stays. What is said of an attribute changes nothing.
using PolicyFitter =
    std::function<std::optional<std::string>(PagePolicy place, std::string_view value)>;

}  // namespace signgate::rewrite
