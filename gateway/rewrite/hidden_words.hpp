// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/rewrite/media_words.hpp"

namespace signgate::rewrite {

/// What may hide a word of media from whoever looks for it as it is written: escapes that stand for
/// other characters (`&`, `%`, a backslash), and control characters, which URLs lose. Pure; any
/// thread.

/// stands_alone says that an escape which stands for this byte hides neither a part of a word nor
/// one of another escape.
[[nodiscard]] bool stands_alone(char c) noexcept;

/// begins_hiding_reference says whether a `&` before `text`, in an attribute of HTML, begins a
/// character reference that does not stand alone.
[[nodiscard]] bool begins_hiding_reference(std::string_view text);

/// find_hiding_place is the first place from `from` on at which a part of one of the words may be
/// hidden, whatever language stands there: references of HTML and XML, escapes of URLs, JSON, CSS
/// and JavaScript, each also within another, or characters that a URL loses between two that it
/// keeps. text.size() if there is none: then a word of which there is nothing as it is written is
/// not there at all. No word goes on before `from` or behind `text`.
[[nodiscard]] std::size_t find_hiding_place(const MediaWords& words, std::string_view text,
                                            std::size_t from);

}  // namespace signgate::rewrite
