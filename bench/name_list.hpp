// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Options that take a list, with commas between. A list's values come in the order given, without
/// those that stood there before.
namespace signgate::bench {

/// Choice is the list, or what is wrong with its text and what would be legal.
template <class T>
using Choice = std::variant<std::vector<T>, std::string>;

/// for_each_piece calls `take` with each piece between commas, until it is false; then it is false.
template <class Take>
bool for_each_piece(std::string_view text, Take take) {
  while (true) {
    const std::size_t comma = text.find(',');
    if (!take(text.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

template <class T>
void add_once(std::vector<T>& list, T value) {
  if (std::ranges::find(list, value) == list.end()) list.push_back(value);
}

/// parse_names reads a list of names, each of which `parse` knows; `legal` are they, for the
/// complaint.
template <class T, class Parse>
Choice<T> parse_names(std::string_view text, Parse parse, std::string_view legal) {
  std::vector<T> list;
  std::string complaint;
  const bool good = for_each_piece(text, [&](std::string_view name) {
    const std::optional<T> value = parse(name);
    if (value) {
      add_once(list, *value);
    } else {
      complaint.append("'").append(name).append("' is none of ").append(legal);
    }
    return value.has_value();
  });
  if (!good) return complaint;
  return list;
}

}  // namespace signgate::bench
