// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/config/answers.hpp"
#include "gateway/config/parsed.hpp"

/// The values of the settings of answers, as the parameters of nginx's directives of these names.
namespace signgate::config {

/// parse_add_header reads "NAME VALUE [always]"; a value with blanks stands in quotes.
[[nodiscard]] Parsed<AddHeader> parse_add_header(std::string_view text);

/// parse_header_name takes a header's name (RFC 9110, section 5.6.2) other than those that say how
/// a message is framed or which connection it is on.
[[nodiscard]] Parsed<std::string> parse_header_name(std::string_view text);

/// parse_expires reads "off", "epoch", "max", a time ("30d", "-1"), "@TIME" (a time of the day,
/// less than 24h) or "modified TIME". Also what a variable's value is read with, for each request.
/// Source: nginx, expires.
[[nodiscard]] Parsed<Expires> parse_expires(std::string_view text);

/// check_expires is true for what parse_expires reads and for a value with variables.
[[nodiscard]] Parsed<bool> check_expires(std::string_view text);

/// proxied_word is the bit of a word of gzip_proxied; 0 for none.
[[nodiscard]] std::uint32_t proxied_word(std::string_view word) noexcept;

}  // namespace signgate::config
