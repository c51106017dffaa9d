// SPDX-License-Identifier: Apache-2.0
#include "policy/evaluate.hpp"

#include <algorithm>

namespace signgate::policy {
namespace {

/// Null only guards another condition, so that other one says more.
std::optional<std::size_t> telling_condition(const Statement& statement) noexcept {
  for (std::size_t i = 0; i < statement.conditions.size(); ++i) {
    if (statement.conditions[i].operator_.comparison != Comparison::null) return i;
  }
  if (statement.conditions.empty()) return std::nullopt;
  return 0;
}

bool got_further(const Match& match, const Decision& so_far) noexcept {
  if (!so_far.failed) return true;
  if (*match.failed != *so_far.failed) return *match.failed > *so_far.failed;
  return *match.failed == Part::condition && *match.condition > *so_far.condition;
}

std::string_view part_name(Part part) noexcept {
  switch (part) {
    case Part::principal:
      return "the principal";
    case Part::action:
      return "the action";
    case Part::resource:
      return "the resource";
    case Part::condition:
      return "a condition";
  }
  return "";
}

/// What may be shown of a value: what follows its `?` may be a secret.
std::string shown(std::string_view value) {
  const std::size_t query = value.find('?');
  std::string text(value.substr(0, query));
  if (query != std::string_view::npos) text += "?...";
  return excerpt(text);
}

std::string told(const Condition& condition, const RequestContext& context) {
  constexpr std::size_t most = 4;
  std::string text = condition.operator_text + " " + condition.key + "; the request has ";
  const auto values = context.values(condition.key);
  if (values.empty()) return text + "none";
  for (std::size_t i = 0; i < std::min(values.size(), most); ++i) {
    if (i != 0) text += ", ";
    text += shown(values[i]);
  }
  if (values.size() > most) text += " and " + std::to_string(values.size() - most) + " more";
  return text;
}

}  // namespace

Match match(const Statement& statement, const AccessRequest& request) noexcept {
  if (!statement.principal.covers(request.principal)) return {Part::principal, std::nullopt};
  const auto action = [&](const ActionPattern& a) { return a.pattern.matches(request.action); };
  if (std::any_of(statement.actions.begin(), statement.actions.end(), action) ==
      statement.not_action) {
    return {Part::action, std::nullopt};
  }
  const auto resource = [&](const ResourceArn& r) {
    return r.pattern.matches(request.resource, request.context);
  };
  if (std::any_of(statement.resources.begin(), statement.resources.end(), resource) ==
      statement.not_resource) {
    return {Part::resource, std::nullopt};
  }
  for (std::size_t i = 0; i < statement.conditions.size(); ++i) {
    if (!holds(statement.conditions[i], request.context)) return {Part::condition, i};
  }
  return {};
}

Decision evaluate(const BucketPolicy& policy, const AccessRequest& request) noexcept {
  Decision allowing;
  for (std::size_t i = 0; i < policy.statements.size(); ++i) {
    const Statement& statement = policy.statements[i];
    if (statement.effect == Effect::allow && allowing.allowed()) continue;
    const Match matched = match(statement, request);
    if (statement.effect == Effect::deny) {
      if (!matched.applies()) continue;
      Decision denied{Outcome::explicit_deny, i, std::nullopt, std::nullopt};
      denied.condition = telling_condition(statement);
      return denied;
    }
    if (matched.applies()) {
      allowing = {Outcome::allow, i, std::nullopt, std::nullopt};
    } else if (got_further(matched, allowing)) {
      allowing = {Outcome::implicit_deny, i, matched.failed, matched.condition};
    }
  }
  return allowing;
}

std::string describe(const Decision& decision, const BucketPolicy& policy,
                     const AccessRequest& request) {
  if (!decision.statement) return "no statement allows anything";
  const std::string name = statement_name(policy, *decision.statement);
  const Statement& statement = policy.statements[*decision.statement];
  switch (decision.outcome) {
    case Outcome::allow:
      return "allowed by " + name;
    case Outcome::explicit_deny:
      if (!decision.condition) return "denied by " + name;
      return "denied by " + name + " for " +
             told(statement.conditions[*decision.condition], request.context);
    case Outcome::implicit_deny:
      break;
  }
  return "no Allow applies: " + name + " " +
         describe(Match{decision.failed, decision.condition}, statement, request);
}

std::string describe(const Match& match, const Statement& statement, const AccessRequest& request) {
  if (match.applies()) return "applies";
  if (match.condition) {
    return "fails at " + told(statement.conditions[*match.condition], request.context);
  }
  return "fails at " + std::string(part_name(*match.failed));
}

}  // namespace signgate::policy
