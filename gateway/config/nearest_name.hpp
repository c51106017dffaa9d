// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace signgate::config {

/// nearest_name is the candidate that `written` is most likely a slip of: the smallest edit
/// distance (swapped neighbours count as one edit), at most a third of its length. Empty when none
/// is near.
[[nodiscard]] std::string_view nearest_name(std::string_view written,
                                            std::span<const std::string_view> candidates);

/// suggestion is `; did you mean "NAME"?` for the nearest candidate, or empty.
[[nodiscard]] std::string suggestion(std::string_view written,
                                     std::span<const std::string_view> candidates);

/// listed is `"a", "b", "c"`: how messages name what is legal.
[[nodiscard]] std::string listed(std::span<const std::string_view> names);

}  // namespace signgate::config
