// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/rest_of_document.hpp"

#include <algorithm>

#include "gateway/rewrite/hidden_words.hpp"

namespace signgate::rewrite {

bool RestOfDocument::is_free(const MediaWords& words, WordSearch& search, std::string_view text,
                             std::size_t begin) {
  if (begin < doubt_ || search.free_from(words, text, begin) != text.size()) return false;
  std::size_t doubt = find_hiding_place(words, text, begin);
  if (has_policies_) doubt = std::min(doubt, find_ignoring_case(text, begin, "<meta"));
  if (doubt == text.size()) return true;
  doubt_ = doubt + 1;
  return false;
}

void RestOfDocument::drop(std::size_t count) noexcept {
  doubt_ -= std::min(doubt_, count);
}

}  // namespace signgate::rewrite
