// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <tuple>

namespace signgate::config {

/// Place is where a value stands: line and column, both from 1, columns counted in code points, and
/// the file, 0 being the configuration itself and the others those that it includes, in the order
/// in which they were read. Line 0 means nowhere in particular: a default, or the file as a whole.
/// Places are in the order of the files, then of their lines.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint16_t file = 0;

  friend bool operator==(const Place&, const Place&) = default;
  friend constexpr auto operator<=>(const Place& a, const Place& b) noexcept {
    return std::tie(a.file, a.line, a.column) <=> std::tie(b.file, b.line, b.column);
  }
};

}  // namespace signgate::config
