// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/rewrite/charset.hpp"

namespace signgate::rewrite {

/// named_reference is the text that the named character reference `name` stands for, as UTF-8;
/// empty if there is none. `name` is without `&`, with the semicolon if one is written ("amp;",
/// "amp"). Case counts. Source: WHATWG HTML, section 13.5.
[[nodiscard]] std::string_view named_reference(std::string_view name) noexcept;

/// character_reference is what `name`, without `&` and with its semicolon ("amp;", "#38;",
/// "#x26;"), stands for, as UTF-8; empty if it is no reference. Pure.
[[nodiscard]] std::string character_reference(std::string_view name);

/// AttributeText is an attribute's value with its character references resolved, and the way back:
/// which byte of the raw value each byte came from. Reused from value to value; one thread. Source:
/// WHATWG HTML, sections 13.2.5.72 to .80 with their rules for attributes.
class AttributeText {
 public:
  /// decode takes the raw bytes between the quotes. NUL becomes U+FFFD; the bytes from 0x80 on
  /// become UTF-8 if the charset is single_byte, and stay as they are otherwise. Does not keep a
  /// view into `raw`.
  void decode(std::string_view raw, const Charset& charset = {});

  /// text is the decoded value; valid until the next decode.
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

  /// raw_offset is where the raw bytes of text()[offset] begin; offset may be text().size(). An
  /// offset inside of what one reference stands for is taken for a place after its begin, never
  /// before it.
  [[nodiscard]] std::size_t raw_offset(std::size_t offset) const noexcept;

  /// is_plain says that `raw` decodes to itself.
  [[nodiscard]] static bool is_plain(std::string_view raw, const Charset& charset = {}) noexcept;

 private:
  /// From `text` on, raw offsets are `raw` plus the distance.
  struct Break {
    std::size_t text = 0;
    std::size_t raw = 0;
  };

  std::string text_;
  std::vector<Break> breaks_;
};

}  // namespace signgate::rewrite
