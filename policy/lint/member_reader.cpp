// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/member_reader.hpp"

#include <algorithm>

#include "policy/lint/policy_view.hpp"

namespace signgate::policy::lint {

Spot MemberReader::spot(const Position& position) const noexcept {
  return spot_of(file_, position);
}

void MemberReader::report(Code code, Spot spot, std::string message) {
  findings_.push_back({code, spot, std::move(message)});
}

const JsonValue* MemberReader::member(const JsonValue& parent, std::string_view name,
                                      JsonKind kind) {
  const JsonMember* found = parent.find(name);
  if (found == nullptr || found->value.is(JsonKind::null)) return nullptr;
  if (found->value.is(kind)) return &found->value;
  report(code("document-invalid"), spot(found->value.position),
         std::string(name) + " is " + std::string(json_kind_name(kind)) + ", not " +
             std::string(json_kind_name(found->value.kind)));
  return nullptr;
}

const JsonValue* MemberReader::object(const JsonValue& parent, std::string_view name) {
  return member(parent, name, JsonKind::object);
}

std::optional<Text> MemberReader::text(const JsonValue& parent, std::string_view name) {
  const JsonValue* value = member(parent, name, JsonKind::string);
  if (value == nullptr) return std::nullopt;
  return Text{value->text, spot(value->position)};
}

std::optional<Text> MemberReader::id(const JsonValue& parent, std::string_view name) {
  std::optional<Text> found = text(parent, name);
  if (found && found->value.empty()) found.reset();
  return found;
}

std::optional<bool> MemberReader::boolean(const JsonValue& parent, std::string_view name) {
  const JsonValue* value = member(parent, name, JsonKind::boolean);
  if (value == nullptr) return std::nullopt;
  return value->boolean;
}

std::optional<std::int64_t> MemberReader::integer(const JsonValue& parent, std::string_view name,
                                                  Spot& where) {
  const JsonValue* value = member(parent, name, JsonKind::number);
  if (value == nullptr) return std::nullopt;
  where = spot(value->position);
  const auto number = value->integer();
  if (number && *number >= 0) return number;
  report(code("document-invalid"), where,
         std::string(name) + " is a whole number, not " + excerpt(value->text));
  return std::nullopt;
}

std::optional<Text> MemberReader::choice(const JsonValue& parent, std::string_view name,
                                         const std::vector<std::string_view>& legal) {
  std::optional<Text> found = text(parent, name);
  if (!found || std::ranges::find(legal, found->value) != legal.end()) return found;
  std::string list;
  for (const std::string_view one : legal)
    list += (list.empty() ? "" : ", ") + std::string(one);
  report(code("document-invalid"), found->spot,
         std::string(name) + " is one of " + list + ", not " + excerpt(found->value));
  return std::nullopt;
}

const JsonValue* MemberReader::items(const JsonValue& parent, std::string_view name) {
  const JsonValue* list = object(parent, name);
  if (list == nullptr) return nullptr;
  const JsonValue* found = member(*list, "Items", JsonKind::array);
  Spot where;
  const auto quantity = integer(*list, "Quantity", where);
  const std::size_t count = found == nullptr ? 0 : found->items.size();
  if (quantity && static_cast<std::uint64_t>(*quantity) != count) {
    report(code("quantity-mismatch"), where,
           "Quantity of " + std::string(name) + " is " + std::to_string(*quantity) +
               ", and it has " + std::to_string(count) + (count == 1 ? " item" : " items"));
  } else if (!quantity && list->find("Quantity") == nullptr) {
    report(code("document-invalid"), spot(list->position),
           std::string(name) + " has no Quantity; the AWS CLI asks for it");
  }
  return found;
}

std::vector<Text> MemberReader::strings_of(const JsonValue& list, std::string_view name) {
  std::vector<Text> out;
  for (const JsonValue& value : list.items) {
    if (value.is(JsonKind::string)) {
      out.push_back({value.text, spot(value.position)});
    } else {
      report(code("document-invalid"), spot(value.position),
             "an item of " + std::string(name) + " is a string, not " +
                 std::string(json_kind_name(value.kind)));
    }
  }
  return out;
}

std::vector<Text> MemberReader::texts(const JsonValue& parent, std::string_view name) {
  const JsonValue* list = items(parent, name);
  return list == nullptr ? std::vector<Text>{} : strings_of(*list, name);
}

std::vector<Text> MemberReader::strings(const JsonValue& parent, std::string_view name) {
  const JsonValue* list = member(parent, name, JsonKind::array);
  return list == nullptr ? std::vector<Text>{} : strings_of(*list, name);
}

void MemberReader::objects(const JsonValue& parent, std::string_view name,
                           const std::function<void(const JsonValue&)>& each) {
  const JsonValue* list = items(parent, name);
  if (list == nullptr) return;
  for (const JsonValue& value : list->items) {
    if (value.is(JsonKind::object)) {
      each(value);
    } else {
      report(code("document-invalid"), spot(value.position),
             "an item of " + std::string(name) + " is an object, not " +
                 std::string(json_kind_name(value.kind)));
    }
  }
}

}  // namespace signgate::policy::lint
