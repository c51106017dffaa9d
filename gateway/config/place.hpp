// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace signgate::config {

/// Place is where a value stands in its file: line and column, both from 1, columns counted in code
/// points. Line 0 means nowhere in particular: a default, or the file as a whole.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend auto operator<=>(const Place&, const Place&) = default;
};

}  // namespace signgate::config
