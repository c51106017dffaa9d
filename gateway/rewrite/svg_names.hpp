// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace signgate::rewrite {

/// presentation_attributes are the attributes of SVG that are properties of CSS and may hold
/// url(...). Source: SVG 2, sections 6.6 (presentation attributes), 13.2 and 13.7 (markers); CSS
/// Masking 1; Filter Effects 1.
inline constexpr std::array<std::string_view, 10> presentation_attributes = {
    "fill",   "stroke",       "filter",     "mask",       "clip-path",
    "marker", "marker-start", "marker-mid", "marker-end", "cursor"};

/// find_presentation_attribute is the index of `name` in them; their size: it is none of them. In
/// HTML names are in lower case.
[[nodiscard]] constexpr std::size_t find_presentation_attribute(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(presentation_attributes, name);
  return static_cast<std::size_t>(found - presentation_attributes.begin());
}

/// may_hold_css_url says that the raw value of such an attribute, character references included,
/// may hold url(...): few do, and most of a drawing's tags have some.
[[nodiscard]] constexpr bool may_hold_css_url(std::string_view raw) noexcept {
  return raw.find('(') != std::string_view::npos || raw.find('&') != std::string_view::npos;
}

}  // namespace signgate::rewrite
