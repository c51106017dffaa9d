// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/lint/codes.hpp"

namespace signgate::policy::lint {

/// Spot is a place in one of the files: the file by the number that the caller gave it, line and
/// column from 1, a column being one character; line 0 is the file as a whole.
struct Spot {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend bool operator==(const Spot&, const Spot&) = default;
  friend auto operator<=>(const Spot&, const Spot&) = default;
};

/// Text is a string of a document and where it stands.
struct Text {
  std::string value;
  Spot spot;
};

/// Finding is one thing that is wrong: what, where, and what was found there in one sentence
/// without a full stop. Why it bites and how to mend it stand at its code.
struct Finding {
  Code code = 0;
  Spot spot;
  std::string message;

  [[nodiscard]] const CodeEntry& entry() const noexcept { return codes[code]; }
};

/// Findings are in the order in which they were made.
using Findings = std::vector<Finding>;

}  // namespace signgate::policy::lint
