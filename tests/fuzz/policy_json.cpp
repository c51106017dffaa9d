// SPDX-License-Identifier: Apache-2.0
// The strict JSON reader: any bytes end in a value or an error that stands within them, and every
// value's place points at the character that its kind begins with.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/json.hpp"

namespace {

using signgate::policy::JsonKind;
using signgate::policy::JsonValue;

void require(bool holds) {
  if (!holds) std::abort();
}

bool may_begin(JsonKind kind, char c) {
  switch (kind) {
    case JsonKind::null:
      return c == 'n';
    case JsonKind::boolean:
      return c == 't' || c == 'f';
    case JsonKind::number:
      return c == '-' || (c >= '0' && c <= '9');
    case JsonKind::string:
      return c == '"';
    case JsonKind::array:
      return c == '[';
    case JsonKind::object:
      return c == '{';
  }
  return false;
}

void walk(const JsonValue& value, std::string_view text) {
  require(value.position.offset < text.size());
  require(may_begin(value.kind, text[value.position.offset]));
  for (const auto& item : value.items)
    walk(item, text);
  for (const auto& member : value.members) {
    require(text[member.position.offset] == '"');
    require(value.find(member.name) == &member);
    walk(member.value, text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto result = signgate::policy::json_parse(text);
  if (result.has_value()) {
    walk(*result, text);
  } else {
    require(result.error().position.offset <= size);
    require(!result.error().message.empty());
  }
  return 0;
}
