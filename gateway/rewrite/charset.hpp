// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signgate::rewrite {

/// Charset is how the bytes of a text stand for characters, as far as it matters for finding links.
struct Charset {
  enum class Kind : std::uint8_t {
    utf8,          // also where nothing is said
    single_byte,   // windows-125x: `high` says what the bytes from 0x80 on stand for
    ascii_based,   // a byte below 0x80 is ASCII; what others stand for is not known here
    ascii_trails,  // the same, but the later bytes of a character may be below 0x80: letters,
                   // digits and @[\]^_`{|}~, none that HTML gives a meaning (Shift_JIS, GBK, Big5)
    other,         // not to be read byte by byte: UTF-16, ISO-2022-JP and their kin
  };

  Kind kind = Kind::utf8;
  const std::uint16_t* high = nullptr;  // single_byte: 128 code points, 0 = none; static

  /// unresolved is the charset of a text whose bytes from 0x80 on are not resolved.
  [[nodiscard]] Charset unresolved() const noexcept {
    return kind == Kind::single_byte ? Charset{Kind::ascii_based} : *this;
  }
};

/// find_charset knows a label in any case, as a Content-Type or a document gives it. Nothing if
/// browsers do not know it: then it says nothing. But for UTF-7, UTF-32 and UCS-4, which they do
/// not know either: what is labelled so by mistake is best left alone. Pure. Source: WHATWG
/// Encoding, section 4.2.
[[nodiscard]] std::optional<Charset> find_charset(std::string_view label) noexcept;

/// find_declared_charset does so with a label that stands in the document itself in ASCII, by which
/// it cannot be UTF-16: it is UTF-8 then. Source: WHATWG HTML, section 13.2.3.3.
[[nodiscard]] std::optional<Charset> find_declared_charset(std::string_view label) noexcept;

/// has_other_than_ascii says that a byte of the text is 0x80 or more.
[[nodiscard]] bool has_other_than_ascii(std::string_view text) noexcept;

/// append_as_utf8 appends what a byte from 0x80 on stands for in a single_byte charset; U+FFFD if
/// that is nothing.
void append_as_utf8(char byte, const Charset& charset, std::string& out);

/// charset_in_content is the label in the `content` of <meta http-equiv="content-type">; empty if
/// there is none. Source: WHATWG HTML, section 2.6.4 (extracting a character encoding from a meta
/// element).
[[nodiscard]] std::string_view charset_in_content(std::string_view content) noexcept;

}  // namespace signgate::rewrite
