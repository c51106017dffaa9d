// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/config/parsed.hpp"
#include "gateway/config/proxy_settings.hpp"

/// The lines of error_page, proxy_redirect and proxy_cookie_*, read from one string each.
namespace signgate::config {

/// parse_text_rule reads "FROM TO" or, with `takes_default`, "default". FROM is a literal with
/// variables, "~regex" or "~*regex"; TO takes variables, after a regex $1 to $9 too (nginx,
/// `proxy_redirect`).
[[nodiscard]] Parsed<TextRule> parse_text_rule(std::string_view text, bool takes_default);

/// parse_cookie_flags reads "NAME FLAG ..." (nginx, `proxy_cookie_flags`). A flag with variables is
/// taken as it is: what they make of it shows with each answer.
[[nodiscard]] Parsed<CookieFlags> parse_cookie_flags(std::string_view text);

/// parse_error_page reads "CODE ... [=[CODE]] TARGET" (nginx, `error_page`): codes from 300 to 599
/// but 499; TARGET is "/uri", "@name" or an address, with variables.
[[nodiscard]] Parsed<ErrorPage> parse_error_page(std::string_view text);

}  // namespace signgate::config
