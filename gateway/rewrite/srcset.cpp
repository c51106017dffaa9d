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

}  // namespace signgate::rewrite
