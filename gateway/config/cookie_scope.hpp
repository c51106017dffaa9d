// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// max_cookie_path is the longest Path that browsers take; they ignore a longer attribute, and the
/// cookie then has the page's own folder. Source: RFC 6265bis, section 5.6 (1024 octets).
inline constexpr std::size_t max_cookie_path = 1024;

/// parse_cookie_domain reads a host's name of letters, digits, hyphens, underscores and dots; the
/// answer is in lower case. An address, a leading dot, which browsers ignore, a port and a URL are
/// flaws. Source: RFC 6265, sections 4.1.2.3 and 5.2.3.
[[nodiscard]] Parsed<std::string> parse_cookie_domain(std::string_view text);

/// parse_cookie_path reads a path as it stands in a URL: it begins with `/` and has no `;`, which
/// would end the attribute, no query, and nothing that a URL percent-encodes, since a browser
/// compares it with the encoded path. Source: RFC 6265, sections 4.1.1 and 5.1.4.
[[nodiscard]] Parsed<std::string> parse_cookie_path(std::string_view text);

/// is_address_host says whether a URL's host is an IP address rather than a name: in brackets, or
/// with a number as its last label, which browsers take for one. Source: WHATWG URL Standard,
/// section 3.5 (ends-in-a-number checker).
[[nodiscard]] bool is_address_host(std::string_view host) noexcept;

}  // namespace signgate::config
