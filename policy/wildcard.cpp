// SPDX-License-Identifier: Apache-2.0
#include "policy/wildcard.hpp"

namespace signgate::policy {

bool wildcard_match(std::string_view pattern, std::string_view text) noexcept {
  // On a mismatch only the last star needs to be reconsidered: what came before it matched as early
  // as it could.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

}  // namespace signgate::policy
