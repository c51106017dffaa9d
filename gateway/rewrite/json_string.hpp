// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signgate::rewrite {

/// JsonEscape is an escape at the front of some text: how many bytes it takes, and what it stands
/// for as UTF-8.
struct JsonEscape {
  std::size_t length = 0;  // 0: more has to be seen
  std::string text;        // short: it is never on the heap
};

/// read_json_escape reads the escape at the front of `text`, which begins with a backslash; `last`
/// says that no byte follows. Two halves of a surrogate pair are one escape; half a one, and what
/// is no escape, becomes U+FFFD. Pure. Source: RFC 8259, section 7.
[[nodiscard]] JsonEscape read_json_escape(std::string_view text, bool last);

/// has_escaped_solidus says whether the raw text of a JSON string holds a `/` written as `\/`.
/// Pure.
[[nodiscard]] bool has_escaped_solidus(std::string_view raw) noexcept;

}  // namespace signgate::rewrite
