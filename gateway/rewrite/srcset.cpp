// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/srcset.hpp"

#include "gateway/rewrite/ascii.hpp"

namespace signgate::rewrite {

bool next_candidate(std::string_view srcset, std::size_t& position, Candidate& candidate) noexcept {
  std::size_t i = position;
  while (i < srcset.size() && (is_space(srcset[i]) || srcset[i] == ','))
    ++i;
  position = i;
  if (i == srcset.size()) return false;

  candidate.begin = i;
  while (i < srcset.size() && !is_space(srcset[i]))
    ++i;
  candidate.end = i;
  while (srcset[candidate.end - 1] == ',')
    --candidate.end;
  if (candidate.end == i) {
    // Descriptors up to a comma outside of parentheses, which do not nest.
    for (bool parenthesis = false; i < srcset.size(); ++i) {
      if (srcset[i] == ',' && !parenthesis) break;
      if (srcset[i] == '(') parenthesis = true;
      if (srcset[i] == ')') parenthesis = false;
    }
  }
  position = i;
  return true;
}

bool next_word(std::string_view words, std::size_t& position, Candidate& word) noexcept {
  while (position < words.size() && is_space(words[position]))
    ++position;
  word.begin = position;
  while (position < words.size() && !is_space(words[position]))
    ++position;
  word.end = position;
  return word.end > word.begin;
}

}  // namespace signgate::rewrite
