// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace signgate::rewrite {

/// BodyText says how the text of a request's body is written.
enum class BodyText : std::uint8_t {
  plain,  // as it is: HTML, JSON, XML, plain text, a part of multipart/form-data
  form,   // application/x-www-form-urlencoded
};

/// Glyph is one character of a link as some writer has put it into a body.
struct Glyph {
  std::size_t length = 0;  // bytes that it takes; 0: more has to be seen
  std::string text;        // what it stands for: UTF-8, or the one byte that was there
};

/// read_glyph reads the character at the front of `raw`, which is not empty; `last` says that no
/// byte follows. Nobody tells what an editor posts, HTML in JSON in a form, or JSON in an attribute
/// of it: so all the ways to write a character of a link are taken wherever they stand. In a form
/// %XX and `+` are resolved first, and the `&` between two pairs becomes a line feed, which ends a
/// link. Then `\/` and `\uXXXX`, with more backslashes where a JSON text stands in another; then
/// character references, `&amp;amp;` too. A backslash that begins nothing else stands for itself,
/// as does an `&`. Pure. Sources: WHATWG URL section 5.1 (forms), RFC 8259 section 7, WHATWG HTML
/// section 13.5.
[[nodiscard]] Glyph read_glyph(std::string_view raw, BodyText kind, bool last);

}  // namespace signgate::rewrite
