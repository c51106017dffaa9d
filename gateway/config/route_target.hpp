// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/config/config.hpp"
#include "gateway/config/parsed.hpp"

/// Where a route sends its requests: the values of `proxy_pass` and `return`.
namespace signgate::config {

/// parse_proxy_pass reads "http://HOST", "http://HOST:PORT", both with a URI part that begins with
/// "/", and "http://unix:PATH" or "http://unix:PATH:/URI" (nginx, `proxy_pass`), and the same with
/// "https://". HOST may name an upstream. A value with variables is taken whole, and read with each
/// request. The result's place is not set.
[[nodiscard]] Parsed<ProxyPass> parse_proxy_pass(std::string_view text);

/// is_redirect says whether an answer of that status sends the client to an address (nginx,
/// `return`).
[[nodiscard]] constexpr bool is_redirect(int status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// parse_return reads "CODE", "CODE TEXT", "CODE ADDRESS" for 301, 302, 303, 307 and 308, and an
/// address alone, which is a 302 (nginx, `return`). CODE is 200 to 599. Text and address may hold
/// variables.
[[nodiscard]] Parsed<Return> parse_return(std::string_view text);

}  // namespace signgate::config
