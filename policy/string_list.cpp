// SPDX-License-Identifier: Apache-2.0
#include "policy/string_list.hpp"

namespace signgate::policy {

DocumentResult<std::vector<PlacedText>> parse_string_list(const JsonValue& value,
                                                          std::string_view name) {
  const auto refuse = [&](const JsonValue& at) {
    return DocumentError{at.position, std::string(name) +
                                          " is a string or a list of strings, not " +
                                          std::string(json_kind_name(at.kind))};
  };
  std::vector<PlacedText> list;
  if (value.is(JsonKind::string)) {
    list.push_back({value.text, value.position});
    return list;
  }
  if (!value.is(JsonKind::array)) return refuse(value);
  if (value.items.empty()) {
    return DocumentError{value.position, std::string(name) + " is an empty list"};
  }
  for (const JsonValue& item : value.items) {
    if (!item.is(JsonKind::string)) return refuse(item);
    list.push_back({item.text, item.position});
  }
  return list;
}

}  // namespace signgate::policy
