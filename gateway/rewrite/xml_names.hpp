// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

/// The names by which XmlRewriter knows a link. Case counts.
namespace signgate::rewrite {

/// XmlName is a name as it is written, split at its colon.
struct XmlName {
  std::string_view prefix;
  std::string_view local;
};

[[nodiscard]] constexpr XmlName split_xml_name(std::string_view name) noexcept {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return {{}, name};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

/// is_xml_link_attribute knows the attributes that hold one link, whatever their prefix and
/// element: of Atom, RSS and its modules (enclosure, media:content, itunes:image), XLink, SVG and
/// XHTML; and RDF's `resource`, which has a prefix.
[[nodiscard]] constexpr bool is_xml_link_attribute(XmlName name) noexcept {
  if (name.local == "resource") return !name.prefix.empty();
  return name.local == "href" || name.local == "src" || name.local == "url" || name.local == "uri";
}

/// is_markup_link_attribute knows those which are links in XHTML and SVG, and words elsewhere.
[[nodiscard]] constexpr bool is_markup_link_attribute(XmlName name, bool in_object) noexcept {
  constexpr std::array<std::string_view, 5> names = {"poster", "action", "formaction", "background",
                                                     "data-src"};
  if (name.local == "data") return in_object;
  return std::ranges::find(names, name.local) != names.end();
}

[[nodiscard]] constexpr bool is_markup_srcset(XmlName name) noexcept {
  return name.local == "srcset" || name.local == "imagesrcset" || name.local == "data-srcset";
}

}  // namespace signgate::rewrite
