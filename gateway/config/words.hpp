// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// Word is one parameter of a directive that is written as one string, and where it begins there.
struct Word {
  std::string text;
  std::size_t offset = 0;
};

/// split_words splits at spaces and tabs. A word that begins with `'` or `"` ends with the same
/// sign and may hold spaces; within it `\` stands before that sign or another `\`. Elsewhere signs
/// and backslashes are characters like others. Source: nginx, configuration file syntax.
[[nodiscard]] Parsed<std::vector<Word>> split_words(std::string_view text);

}  // namespace signgate::config
