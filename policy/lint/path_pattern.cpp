// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/path_pattern.hpp"

#include <cstddef>
#include <vector>

namespace signgate::policy::lint {
namespace {

std::string_view without_slash(std::string_view pattern) noexcept {
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  return pattern;
}

}  // namespace

bool covers(std::string_view outer, std::string_view inner) {
  outer = without_slash(outer);
  inner = without_slash(inner);
  // reach[i] says whether the first i characters of `outer` can stand for what was read of `inner`,
  // in which a `*` can be matched by a `*` alone, and a `?` by either wildcard.
  std::vector<char> reach(outer.size() + 1, 0);
  reach[0] = 1;
  for (std::size_t i = 0; i < outer.size() && outer[i] == '*'; ++i)
    reach[i + 1] = 1;
  for (const char c : inner) {
    std::vector<char> next(outer.size() + 1, 0);
    for (std::size_t i = 0; i < outer.size(); ++i) {
      const bool star = outer[i] == '*';
      if (star && (next[i] != 0 || reach[i + 1] != 0 || reach[i] != 0)) next[i + 1] = 1;
      if (!star && reach[i] != 0 && c != '*' && (outer[i] == '?' || outer[i] == c)) next[i + 1] = 1;
    }
    reach = std::move(next);
  }
  return reach.back() != 0;
}

bool overlaps(std::string_view a, std::string_view b) {
  a = without_slash(a);
  b = without_slash(b);
  // meets[j] says whether the rest of `a` from i on, and that of `b` from j on, have a text in
  // common.
  std::vector<char> below(b.size() + 1, 0);
  for (std::size_t i = a.size() + 1; i-- > 0;) {
    std::vector<char> meets(b.size() + 1, 0);
    for (std::size_t j = b.size() + 1; j-- > 0;) {
      const bool a_ends = i == a.size();
      const bool b_ends = j == b.size();
      if (a_ends && b_ends) {
        meets[j] = 1;
      } else if (!a_ends && a[i] == '*') {
        meets[j] = static_cast<char>(below[j] != 0 || (!b_ends && meets[j + 1] != 0));
      } else if (!b_ends && b[j] == '*') {
        meets[j] = static_cast<char>(meets[j + 1] != 0 || (!a_ends && below[j] != 0));
      } else if (!a_ends && !b_ends && (a[i] == '?' || b[j] == '?' || a[i] == b[j])) {
        meets[j] = below[j + 1];
      }
    }
    below = std::move(meets);
  }
  return below[0] != 0;
}

}  // namespace signgate::policy::lint
