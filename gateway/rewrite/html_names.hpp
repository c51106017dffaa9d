// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signgate::rewrite {

/// Tag names the elements that change how what follows is read, or what their attributes mean.
enum class Tag : std::uint8_t {
  other,
  base,
  meta,
  object,
  title,     // RCDATA in HTML, an integration point in SVG
  textarea,  // RCDATA
  style,     // raw text, scanned as CSS
  raw,       // raw text: xmp, iframe, noembed, noframes
  script,
  plaintext,
  svg,
  math,
  svg_point,     // foreignObject, desc: HTML inside of SVG
  math_point,    // mi, mo, mn, ms, mtext, annotation-xml: HTML inside of MathML
  breakout,      // a start tag that ends SVG and MathML (WHATWG HTML 13.2.6.5)
  breakout_end,  // p, br: the end tag ends them as well
};

/// name_word is a name of up to seven bytes as a number, its first byte the lowest.
[[nodiscard]] constexpr std::uint64_t name_word(std::string_view name) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < name.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(name[i])} << (8 * i);
  return word;
}

/// is_common_tag says that this is the name_word of an element that pages are full of, for which
/// find_tag would give `other` or one from `svg_point` on. Pure.
[[nodiscard]] bool is_common_tag(std::uint64_t word) noexcept;

/// find_tag classifies a tag's name, given in lower case. Pure.
[[nodiscard]] Tag find_tag(std::string_view name) noexcept;

/// Attribute names the attributes that hold links, or decide whether another one does.
enum class Attribute : std::uint8_t {
  none,
  src,
  href,
  poster,
  action,
  formaction,
  background,
  xlink_href,
  cite,
  longdesc,
  lowsrc,
  data_src,   // one URL on any element
  data,       // one URL on <object>
  added_url,  // what the configuration adds, as LinkAttributes has it
  srcset,
  added_srcset,
  imagesrcset,
  data_srcset,  // image candidates
  ping,         // URLs with white space between
  style,
  added_css,
  presentation,  // a property of CSS, in SVG
  srcdoc,        // a document, on <iframe>
  added_json,    // a text of JSON
  type,          // on <script>
  referrerpolicy,
  content,
  charset,
  property,
  name,
  itemprop,
  http_equiv,  // on <meta>
};

/// find_attribute classifies an attribute's name, given in lower case. Pure.
[[nodiscard]] Attribute find_attribute(std::string_view name) noexcept;

/// is_srcset, is_one_url, is_style and is_meta say what a value holds: image candidates, one URL,
/// CSS, what a <meta> says.
[[nodiscard]] constexpr bool is_srcset(Attribute attribute) noexcept {
  return attribute == Attribute::srcset || attribute == Attribute::imagesrcset ||
         attribute == Attribute::data_srcset || attribute == Attribute::added_srcset;
}

[[nodiscard]] constexpr bool is_one_url(Attribute attribute) noexcept {
  return attribute >= Attribute::src && attribute <= Attribute::added_url;
}

[[nodiscard]] constexpr bool is_style(Attribute attribute) noexcept {
  return attribute == Attribute::style || attribute == Attribute::added_css ||
         attribute == Attribute::presentation;
}

[[nodiscard]] constexpr bool is_meta(Attribute attribute) noexcept {
  return attribute >= Attribute::content;
}

/// is_link_property says whether <meta property|name=...> of this decoded value has a link as its
/// content: og: and twitter: with a last segment such as image, video, audio, url, src, player or
/// stream ("og:image:secure_url").
[[nodiscard]] bool is_link_property(std::string_view value) noexcept;

/// is_link_itemprop says the same of <meta itemprop=...>: image, contentUrl, thumbnailUrl,
/// embedUrl, url (schema.org).
[[nodiscard]] bool is_link_itemprop(std::string_view value) noexcept;

/// is_json_script_type says whether a <script type=...> of this decoded value holds JSON: a type of
/// JSON, `importmap` or `speculationrules`.
[[nodiscard]] bool is_json_script_type(std::string_view value) noexcept;

/// is_code_script_type says whether it holds JavaScript: none, `module`, or a type of JavaScript.
[[nodiscard]] bool is_code_script_type(std::string_view value) noexcept;

}  // namespace signgate::rewrite
