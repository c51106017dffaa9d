// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// LocationKind is the modifier of a location (nginx, `location`).
enum class LocationKind : std::uint8_t {
  prefix,           // "/p"
  exact,            // "= /x"
  prefix_no_regex,  // "^~ /x": when it is the longest prefix, no regex is tried
  regex,            // "~ re"
  regex_caseless,   // "~* re"
  named,            // "@name": for internal redirects alone
};

/// Location is a location's modifier and its path or regular expression.
struct Location {
  LocationKind kind = LocationKind::prefix;
  std::string text;

  [[nodiscard]] bool is_regex() const noexcept {
    return kind == LocationKind::regex || kind == LocationKind::regex_caseless;
  }
};

/// parse_location reads "/p", "= /x", "^~ /x", "~ re", "~* re" and "@name"; the space after the
/// modifier may be missing, as in nginx. Paths begin with "/". A regular expression is compiled
/// (PCRE2) to find its flaws, whose offset is the place in `text`.
[[nodiscard]] Parsed<Location> parse_location(std::string_view text);

/// check_regex compiles a PCRE2 pattern: true, or the flaw with its offset in the pattern.
[[nodiscard]] Parsed<bool> check_regex(std::string_view pattern, bool caseless);

/// capture_names are the names of a pattern's groups, each once: variables that the pattern
/// defines. A name that has a value already, such as "host", is a flaw (nginx: "the duplicate
/// "host" variable").
[[nodiscard]] Parsed<std::vector<std::string>> capture_names(std::string_view pattern,
                                                             bool caseless);

}  // namespace signgate::config
