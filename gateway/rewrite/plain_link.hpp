// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace signgate::rewrite {

/// PlainLink is a link written so that parse_url would leave its host and path as they are. Most
/// links of a page are, and most lead to no media: they are told apart without a copy. Views into
/// the link.
struct PlainLink {
  bool https = false;     // the scheme, where there is a host
  std::string_view host;  // empty: the link is a path from the root of the base's host
  std::string_view path;  // begins with '/'
  std::string_view rest;  // from `?` or `#` on
};

/// read_plain_link takes "/path", "https://host/path" and "http://host/path", with a query or a
/// fragment perhaps, of characters that stand for themselves: no capitals in scheme and host, no
/// port or user, and in the path nothing percent-encoded and no segment that begins with a dot.
/// Nothing for any other link, which says nothing about it. `link` has no white space around it.
/// Pure. Source: WHATWG URL Standard, section 4.4 (of which this is a subset).
[[nodiscard]] std::optional<PlainLink> read_plain_link(std::string_view link) noexcept;

}  // namespace signgate::rewrite
