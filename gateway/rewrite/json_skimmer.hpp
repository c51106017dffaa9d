// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/rewrite/media_words.hpp"

namespace signgate::rewrite {

/// skim_json_string is the fast one of the two speeds at which the strings of JSON are read: it
/// returns the place behind the closing quote of the string whose text begins at `from`, if nothing
/// in it is or leads to media, whether it is a link, holds some, or is HTML: none of the words is
/// in it, nor an escape or reference that may hide a part of one. These must tell of the page's
/// links (MediaWords::tell), and the text be UTF-8; `search` is one for the whole document. It
/// returns 0 of any other string, and of one that ends beyond the window, or of
/// limits::link_length or more, of which links would be counted as too long.
[[nodiscard]] std::size_t skim_json_string(std::string_view window, std::size_t from,
                                           const MediaWords& words, WordSearch& search);

}  // namespace signgate::rewrite
