// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/json.hpp"

namespace signgate::policy {

/// PlacedText is a string of a document and where it stands.
struct PlacedText {
  std::string text;
  Position position;
};

/// parse_string_list reads what policies take in many places: a string, or an array of one string
/// or more. `name` is the member's, for the message.
[[nodiscard]] DocumentResult<std::vector<PlacedText>> parse_string_list(const JsonValue& value,
                                                                        std::string_view name);

}  // namespace signgate::policy
