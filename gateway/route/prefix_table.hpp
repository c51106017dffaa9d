// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signgate::route {

/// PrefixTable finds the longest of many prefixes of a text: by binary search, and then from what
/// it found to the shorter prefixes of that. No allocation. Immutable once made; any thread.
class PrefixTable {
 public:
  PrefixTable() = default;

  /// PrefixTable is of these texts, by their places; of equal ones the first holds.
  explicit PrefixTable(std::vector<std::string> texts);

  /// longest is the place of the longest text that `text` begins with.
  [[nodiscard]] std::optional<std::size_t> longest(std::string_view text) const noexcept;

 private:
  struct Entry {
    std::string text;
    std::uint32_t place = 0;
    std::uint32_t parent = 0;  // the longest other one that it begins with, counted from 1; 0: none
  };

  std::vector<Entry> entries_;  // by text
};

}  // namespace signgate::route
