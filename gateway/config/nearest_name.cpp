// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/nearest_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "gateway/config/diagnostic.hpp"

namespace signgate::config {
namespace {

constexpr std::size_t longest_name = 64;  // no name is longer; bounds the table of distances

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// edit_distance is the optimal string alignment distance, blind to case.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, longest_name + 1>;
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view written,
                              std::span<const std::string_view> candidates) {
  if (written.empty() || written.size() > longest_name) return {};
  std::string_view nearest;
  std::size_t least = std::max<std::size_t>(1, written.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > longest_name || candidate.empty()) continue;
    const std::size_t distance = edit_distance(written, candidate);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string suggestion(std::string_view written, std::span<const std::string_view> candidates) {
  const std::string_view nearest = nearest_name(written, candidates);
  if (nearest.empty()) return {};
  return "; did you mean " + in_quotes(nearest) + "?";
}

std::string listed(std::span<const std::string_view> names) {
  std::string list;
  for (const std::string_view name : names) {
    if (!list.empty()) list += ", ";
    list += in_quotes(name);
  }
  return list;
}

}  // namespace signgate::config
