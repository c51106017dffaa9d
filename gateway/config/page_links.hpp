// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// LinkAttribute is one of `link_attributes`: an attribute of HTML whose value is looked at beside
/// those that hold links by the standard.
struct LinkAttribute {
  enum class Kind : std::uint8_t { url, srcset, css, json };

  std::string element;  // empty = any
  std::string name;
  Kind kind = Kind::url;

  friend auto operator<=>(const LinkAttribute&, const LinkAttribute&) = default;
};

/// SignedType is one of `sign_types`: a media type whose texts are only looked into where they are
/// asked for.
enum class SignedType : std::uint8_t { webvtt, plain_text };

/// PageLinks are the settings of where in a page links are looked for.
struct PageLinks {
  std::vector<LinkAttribute> attributes = {};  // link_attributes
  std::string user_content_attribute = {};  // marks elements that users have written; empty = none
  bool script_strings = false;              // string literals of JavaScript are looked at
  bool webvtt = false;                      // sign_types has text/vtt
  bool plain_text = false;                  // sign_types has text/plain

  friend auto operator<=>(const PageLinks&, const PageLinks&) = default;
};

/// The most that link_attributes may list, and the longest name of an element or attribute there.
inline constexpr std::size_t most_link_attributes = 64;
inline constexpr std::size_t longest_html_name = 31;

/// parse_link_attribute reads "ATTRIBUTE", "ELEMENT ATTRIBUTE", each perhaps with a last word that
/// says what the value is: url (which it is without), srcset, css or json. Names are made lower
/// case, as HTML compares them.
[[nodiscard]] Parsed<LinkAttribute> parse_link_attribute(std::string_view text);

/// parse_attribute_name reads one such name, or nothing of an empty text.
[[nodiscard]] Parsed<std::string> parse_attribute_name(std::string_view text);

/// parse_signed_type reads `text/vtt` or `text/plain`, in any case.
[[nodiscard]] Parsed<SignedType> parse_signed_type(std::string_view text);

}  // namespace signgate::config
