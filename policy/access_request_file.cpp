// SPDX-License-Identifier: Apache-2.0
#include "policy/access_request_file.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "policy/policy_variable.hpp"
#include "policy/principal_keys.hpp"

namespace signgate::policy {
namespace {

constexpr std::array<std::string_view, 5> known_members{"principal", "action", "resource",
                                                        "context", "name"};

std::optional<DocumentError> unknown_member(const JsonValue& object) {
  for (const JsonMember& member : object.members) {
    if (std::find(known_members.begin(), known_members.end(), member.name) != known_members.end())
      continue;
    return DocumentError{member.position,
                         "unknown member " + excerpt(member.name) +
                             " in a request; the known ones are principal, action, resource, "
                             "context, name"};
  }
  return std::nullopt;
}

/// A string member that must be there.
DocumentResult<const JsonValue*> required_text(const JsonValue& object, std::string_view name,
                                               std::string_view example) {
  const JsonMember* member = object.find(name);
  const std::string wanted = "; it looks like \"" + std::string(example) + "\"";
  if (member == nullptr) {
    return DocumentError{object.position, "the request has no " + std::string(name) + wanted};
  }
  if (!member->value.is(JsonKind::string)) {
    return DocumentError{member->value.position,
                         std::string(name) + " is a string, not " +
                             std::string(json_kind_name(member->value.kind)) + wanted};
  }
  return &member->value;
}

DocumentResult<Principal> read_principal(const JsonValue& object) {
  const JsonMember* member = object.find("principal");
  if (member == nullptr) {
    return DocumentError{object.position,
                         "the request has no principal; it is \"*\" for an anonymous one, or such "
                         "as {\"Service\": \"cloudfront.amazonaws.com\"}"};
  }
  auto element = parse_principal(member->value, false);
  if (!element) return std::move(element).error();
  if (element->entries.size() + (element->everyone ? 1 : 0) != 1) {
    return DocumentError{member->value.position, "a request has one principal, not several"};
  }
  if (element->everyone) return Principal{};
  PrincipalEntry& entry = element->entries.front();
  return Principal{entry.kind, std::move(entry.id)};
}

/// An account's digits stand for its ARN, in the partition of what it asks for.
void complete_account(AccessRequest& request) {
  std::string& id = request.principal.id;
  if (request.principal.kind != PrincipalKind::aws || id.starts_with("arn:")) return;
  const std::string partition = request.resource.substr(4, request.resource.find(':', 4) - 4);
  id = "arn:" + partition + ":iam::" + id + ":root";
}

bool is_action(std::string_view text) noexcept {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
         text.find_first_of("*? ") == std::string_view::npos;
}

bool is_arn(std::string_view text) noexcept {
  return text.starts_with("arn:") && std::count(text.begin(), text.end(), ':') >= 5;
}

/// The text that a value of the context stands for.
DocumentResult<std::string> context_text(const JsonValue& value) {
  switch (value.kind) {
    case JsonKind::string:
    case JsonKind::number:
      return value.text;
    case JsonKind::boolean:
      return std::string(value.boolean ? "true" : "false");
    case JsonKind::null:
    case JsonKind::array:
    case JsonKind::object:
      break;
  }
  return DocumentError{value.position,
                       "a value of the context is a string, a number, true or false, not " +
                           std::string(json_kind_name(value.kind))};
}

DocumentResult<std::vector<std::string>> context_values(const JsonValue& value) {
  std::vector<std::string> values;
  if (value.is(JsonKind::null)) return values;
  const bool single = !value.is(JsonKind::array);
  for (const JsonValue& one : single ? std::span(&value, 1) : std::span(value.items)) {
    auto text = context_text(one);
    if (!text) return std::move(text).error();
    values.push_back(*std::move(text));
  }
  return values;
}

/// Keys that differ in case only are one key, so the second is an error.
std::optional<DocumentError> repeated_key(const JsonValue& context) {
  std::vector<std::pair<std::string, const JsonMember*>> folded;
  for (const JsonMember& member : context.members) {
    std::string name = member.name;
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    folded.emplace_back(std::move(name), &member);
  }
  std::stable_sort(folded.begin(), folded.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  const auto twice = std::adjacent_find(folded.begin(), folded.end(), same);
  if (twice == folded.end()) return std::nullopt;
  const JsonMember& second = *std::next(twice)->second;
  return DocumentError{second.position, "the condition key " + excerpt(second.name) +
                                            " is there twice; the case of its name does not count"};
}

std::optional<DocumentError> read_context(const JsonValue& object, AccessRequest& request) {
  add_principal_keys(request.principal, request.context);
  const JsonMember* member = object.find("context");
  if (member == nullptr) return std::nullopt;
  if (!member->value.is(JsonKind::object)) {
    return DocumentError{member->value.position,
                         "context is an object of condition keys, not " +
                             std::string(json_kind_name(member->value.kind))};
  }
  if (auto error = repeated_key(member->value)) return error;
  for (const JsonMember& key : member->value.members) {
    if (!is_condition_key(key.name)) {
      return DocumentError{key.position, excerpt(key.name) +
                                             " is not a condition key; one looks like "
                                             "\"aws:Referer\" or \"s3:prefix\""};
    }
    auto values = context_values(key.value);
    if (!values) return std::move(values).error();
    request.context.set_all(key.name, *std::move(values));
  }
  return std::nullopt;
}

DocumentResult<PlacedRequest> read_request(const JsonValue& json) {
  if (!json.is(JsonKind::object)) {
    return DocumentError{json.position,
                         "a request is an object, not " + std::string(json_kind_name(json.kind))};
  }
  if (auto error = unknown_member(json)) return *std::move(error);
  PlacedRequest placed;
  placed.position = json.position;
  if (const JsonMember* name = json.find("name")) {
    if (!name->value.is(JsonKind::string)) {
      return DocumentError{name->value.position, "name is a string, not " +
                                                     std::string(json_kind_name(name->value.kind))};
    }
    placed.name = name->value.text;
  }
  auto principal = read_principal(json);
  if (!principal) return std::move(principal).error();
  placed.request.principal = *std::move(principal);

  const auto action = required_text(json, "action", "s3:GetObject");
  if (!action) return action.error();
  if (!is_action((*action)->text)) {
    return DocumentError{(*action)->position,
                         excerpt((*action)->text) +
                             " is not the action of a request; one looks like \"s3:GetObject\""};
  }
  placed.request.action = (*action)->text;

  const auto resource = required_text(json, "resource", "arn:aws:s3:::BUCKET/KEY");
  if (!resource) return resource.error();
  if (!is_arn((*resource)->text)) {
    return DocumentError{
        (*resource)->position,
        excerpt((*resource)->text) +
            " is not the resource of a request; one looks like \"arn:aws:s3:::BUCKET/KEY\""};
  }
  placed.request.resource = (*resource)->text;
  complete_account(placed.request);
  if (auto error = read_context(json, placed.request)) return *std::move(error);
  return placed;
}

}  // namespace

DocumentResult<std::vector<PlacedRequest>> parse_access_requests(std::string_view json) {
  const JsonLimits limits{.bytes = max_access_request_file, .depth = 8, .values = 128 * 1024};
  const auto parsed = json_parse_sequence(json, limits);
  if (!parsed) return parsed.error();
  const JsonValue& first = parsed->front();
  const bool in_array = parsed->size() == 1 && first.is(JsonKind::array);
  const std::span<const JsonValue> list = in_array ? std::span(first.items) : std::span(*parsed);
  if (list.empty()) return DocumentError{first.position, "the array has no request"};
  std::vector<PlacedRequest> requests;
  requests.reserve(list.size());
  for (const JsonValue& value : list) {
    auto request = read_request(value);
    if (!request) return std::move(request).error();
    requests.push_back(*std::move(request));
  }
  return requests;
}

}  // namespace signgate::policy
