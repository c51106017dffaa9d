// SPDX-License-Identifier: Apache-2.0
#include "policy/bucket_policy.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "policy/string_list.hpp"

namespace signgate::policy {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 3> document_members{"Version", "Id", "Statement"};
constexpr std::array<std::string_view, 9> statement_members{
    "Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
    "NotAction", "Resource", "NotResource", "Condition"};

std::string listed(Names names) {
  std::string list;
  for (const std::string_view name : names) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

/// The first member that is none of `known`, as an error.
std::optional<DocumentError> unknown_member(const JsonValue& object, Names known,
                                            std::string_view where) {
  for (const JsonMember& member : object.members) {
    if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
    std::string message = "unknown member " + excerpt(member.name) + " in " + std::string(where);
    for (const std::string_view name : known) {
      if (equals_ignore_case(name, member.name)) message += "; did you mean " + excerpt(name) + "?";
    }
    return DocumentError{member.position, message + "; the known ones are " + listed(known)};
  }
  return std::nullopt;
}

/// An optional string member; `out` stays as it is when there is none.
std::optional<DocumentError> read_text(const JsonValue& object, std::string_view name,
                                       std::string& out) {
  const JsonMember* member = object.find(name);
  if (member == nullptr) return std::nullopt;
  if (!member->value.is(JsonKind::string)) {
    return DocumentError{
        member->value.position,
        std::string(name) + " is a string, not " + std::string(json_kind_name(member->value.kind))};
  }
  out = member->value.text;
  return std::nullopt;
}

/// Which of the pair `name` and "Not" + `name` a statement has; exactly one is legal.
DocumentResult<const JsonMember*> one_of_pair(const JsonValue& statement, std::string_view name) {
  const std::string opposite = "Not" + std::string(name);
  const JsonMember* plain = statement.find(name);
  const JsonMember* negated = statement.find(opposite);
  if (plain != nullptr && negated != nullptr) {
    const Position second = std::max(plain->position, negated->position,
                                     [](auto& a, auto& b) { return a.offset < b.offset; });
    return DocumentError{second,
                         "a statement has " + std::string(name) + " or " + opposite + ", not both"};
  }
  if (plain == nullptr && negated == nullptr) {
    return DocumentError{statement.position,
                         "the statement has no " + std::string(name) + " (or " + opposite + ")"};
  }
  return plain != nullptr ? plain : negated;
}

std::optional<DocumentError> read_effect(const JsonValue& json, Statement& statement) {
  const JsonMember* effect = json.find("Effect");
  if (effect == nullptr) return DocumentError{json.position, "the statement has no Effect"};
  if (effect->value.is(JsonKind::string) && effect->value.text == "Allow") return std::nullopt;
  if (!effect->value.is(JsonKind::string) || effect->value.text != "Deny") {
    return DocumentError{effect->value.position, "Effect is \"Allow\" or \"Deny\""};
  }
  statement.effect = Effect::deny;
  return std::nullopt;
}

std::optional<DocumentError> read_actions(const JsonMember& member, Statement& statement) {
  statement.not_action = member.name == "NotAction";
  auto list = parse_string_list(member.value, member.name);
  if (!list) return std::move(list).error();
  for (PlacedText& entry : *list) {
    const bool of_s3 = entry.text.size() > 3 && equals_ignore_case(entry.text.substr(0, 3), "s3:");
    if (!of_s3 && entry.text != "*") {
      return DocumentError{entry.position, excerpt(entry.text) +
                                               " is not an action of a bucket policy; one looks "
                                               "like \"s3:GetObject\", \"s3:Get*\" or \"*\""};
    }
    auto pattern = TextPattern::compile(entry.text, {.wildcards = true, .ignore_case = true});
    if (!pattern) return DocumentError{entry.position, pattern.error().message};
    statement.actions.push_back({*std::move(pattern), std::move(entry.text), entry.position});
  }
  return std::nullopt;
}

bool is_s3_arn(std::string_view text) noexcept {
  if (!text.starts_with("arn:")) return false;
  const std::size_t partition_end = text.find(':', 4);
  if (partition_end == std::string_view::npos) return false;
  return text.substr(partition_end).starts_with(":s3:");
}

/// A variable may stand only in what follows the fifth colon.
bool has_early_variable(std::string_view arn) noexcept {
  const std::string_view before = arn.substr(0, arn.find("${"));
  return before.size() < arn.size() && std::count(before.begin(), before.end(), ':') < 5;
}

std::optional<DocumentError> read_resources(const JsonMember& member, bool variables,
                                            Statement& statement) {
  statement.not_resource = member.name == "NotResource";
  auto list = parse_string_list(member.value, member.name);
  if (!list) return std::move(list).error();
  for (PlacedText& entry : *list) {
    if (entry.text != "*" && !is_s3_arn(entry.text)) {
      return DocumentError{entry.position, excerpt(entry.text) +
                                               " is not a resource of a bucket policy; one looks "
                                               "like \"arn:aws:s3:::BUCKET/*\" or is \"*\""};
    }
    auto pattern = ArnPattern::compile(entry.text, variables);
    if (!pattern) return DocumentError{entry.position, pattern.error().message};
    if (variables && has_early_variable(entry.text)) {
      return DocumentError{entry.position,
                           "a policy variable in " + excerpt(entry.text) +
                               " stands before the fifth colon; it may stand only behind it"};
    }
    statement.resources.push_back({*std::move(pattern), std::move(entry.text), entry.position});
  }
  return std::nullopt;
}

DocumentResult<Statement> parse_statement(const JsonValue& json, bool variables) {
  if (!json.is(JsonKind::object)) {
    return DocumentError{json.position,
                         "a statement is an object, not " + std::string(json_kind_name(json.kind))};
  }
  if (auto error = unknown_member(json, statement_members, "a statement")) {
    return *std::move(error);
  }
  Statement statement;
  statement.position = json.position;
  if (auto error = read_text(json, "Sid", statement.sid)) return *std::move(error);
  if (auto error = read_effect(json, statement)) return *std::move(error);

  const auto principal = one_of_pair(json, "Principal");
  if (!principal) return principal.error();
  auto element = parse_principal((*principal)->value, (*principal)->name == "NotPrincipal");
  if (!element) return std::move(element).error();
  statement.principal = *std::move(element);
  statement.principal.grants = statement.effect == Effect::allow;

  const auto action = one_of_pair(json, "Action");
  if (!action) return action.error();
  if (auto error = read_actions(**action, statement)) return *std::move(error);

  const auto resource = one_of_pair(json, "Resource");
  if (!resource) return resource.error();
  if (auto error = read_resources(**resource, variables, statement)) return *std::move(error);

  if (const JsonMember* block = json.find("Condition")) {
    auto conditions = parse_conditions(block->value, variables);
    if (!conditions) return std::move(conditions).error();
    statement.conditions = *std::move(conditions);
  }
  return statement;
}

std::optional<DocumentError> repeated_sid(const JsonValue& json, const Statement& statement,
                                          const BucketPolicy& policy) {
  if (statement.sid.empty()) return std::nullopt;
  for (const Statement& earlier : policy.statements) {
    if (earlier.sid != statement.sid) continue;
    return DocumentError{json.find("Sid")->value.position,
                         "two statements have the Sid " + excerpt(statement.sid)};
  }
  return std::nullopt;
}

}  // namespace

DocumentResult<BucketPolicy> parse_bucket_policy(std::string_view json) {
  const JsonLimits limits{.bytes = max_bucket_policy};
  const auto parsed = json_parse(json, limits);
  if (!parsed) return parsed.error();
  const JsonValue& root = *parsed;
  if (!root.is(JsonKind::object)) {
    return DocumentError{root.position, "a bucket policy is an object, not " +
                                            std::string(json_kind_name(root.kind))};
  }
  if (auto error = unknown_member(root, document_members, "a bucket policy")) {
    return *std::move(error);
  }
  BucketPolicy policy;
  policy.version = "2008-10-17";
  if (auto error = read_text(root, "Version", policy.version)) return *std::move(error);
  if (policy.version != "2012-10-17" && policy.version != "2008-10-17") {
    return DocumentError{root.find("Version")->value.position,
                         "Version is \"2012-10-17\" (or the older \"2008-10-17\"), not a date of "
                         "your own"};
  }
  if (auto error = read_text(root, "Id", policy.id)) return *std::move(error);

  const JsonMember* list = root.find("Statement");
  if (list == nullptr) return DocumentError{root.position, "the bucket policy has no Statement"};
  const bool variables = policy.version == "2012-10-17";
  const bool single = !list->value.is(JsonKind::array);
  const std::span<const JsonValue> statements =
      single ? std::span(&list->value, 1) : std::span(list->value.items);
  if (statements.empty()) return DocumentError{list->value.position, "Statement is an empty list"};
  for (const JsonValue& value : statements) {
    auto statement = parse_statement(value, variables);
    if (!statement) return std::move(statement).error();
    if (auto error = repeated_sid(value, *statement, policy)) return *std::move(error);
    policy.statements.push_back(*std::move(statement));
  }
  return policy;
}

std::string statement_name(const BucketPolicy& policy, std::size_t index) {
  const std::string& sid = policy.statements[index].sid;
  return sid.empty() ? "statement " + std::to_string(index + 1) : excerpt(sid);
}

}  // namespace signgate::policy
