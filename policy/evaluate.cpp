// SPDX-License-Identifier: Apache-2.0
#include "policy/evaluate.hpp"

#include <algorithm>

namespace signgate::policy {
namespace {

/// Where a statement stops to match; nothing means that it applies.
struct Stop {
  std::optional<Part> part;
  std::size_t condition = 0;
};

Stop first_mismatch(const Statement& statement, const AccessRequest& request) noexcept {
  if (!statement.principal.covers(request.principal)) return {Part::principal};
  const auto action = [&](const ActionPattern& a) { return a.pattern.matches(request.action); };
  if (std::any_of(statement.actions.begin(), statement.actions.end(), action) ==
      statement.not_action) {
    return {Part::action};
  }
  const auto resource = [&](const ResourceArn& r) { return r.pattern.matches(request.resource); };
  if (std::any_of(statement.resources.begin(), statement.resources.end(), resource) ==
      statement.not_resource) {
    return {Part::resource};
  }
  for (std::size_t i = 0; i < statement.conditions.size(); ++i) {
    if (!holds(statement.conditions[i], request.context)) return {Part::condition, i};
  }
  return {};
}

/// Null only guards another condition, so that other one says more.
std::optional<std::size_t> telling_condition(const Statement& statement) noexcept {
  for (std::size_t i = 0; i < statement.conditions.size(); ++i) {
    if (statement.conditions[i].operator_.comparison != Comparison::null) return i;
  }
  if (statement.conditions.empty()) return std::nullopt;
  return 0;
}

bool got_further(const Stop& stop, const Decision& so_far) noexcept {
  if (!so_far.failed) return true;
  if (*stop.part != *so_far.failed) return *stop.part > *so_far.failed;
  return *stop.part == Part::condition && stop.condition > *so_far.condition;
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

std::string told(const Condition& condition, const RequestContext& context) {
  std::string text = condition.operator_text + " " + condition.key;
  const std::string* actual = context.find(condition.key);
  if (actual == nullptr) return text + "; the request has none";
  const std::size_t query = actual->find('?');
  std::string shown = actual->substr(0, query);
  if (query != std::string::npos) shown += "?...";
  return text + "; the request has " + excerpt(shown);
}

}  // namespace

Decision evaluate(const BucketPolicy& policy, const AccessRequest& request) noexcept {
  Decision allowing;
  for (std::size_t i = 0; i < policy.statements.size(); ++i) {
    const Statement& statement = policy.statements[i];
    if (statement.effect == Effect::allow && allowing.allowed()) continue;
    const Stop stop = first_mismatch(statement, request);
    if (statement.effect == Effect::deny) {
      if (stop.part) continue;
      Decision denied{Outcome::explicit_deny, i, std::nullopt, std::nullopt};
      denied.condition = telling_condition(statement);
      return denied;
    }
    if (!stop.part) {
      allowing = {Outcome::allow, i, std::nullopt, std::nullopt};
    } else if (got_further(stop, allowing)) {
      allowing = {Outcome::implicit_deny, i, stop.part, std::nullopt};
      if (*stop.part == Part::condition) allowing.condition = stop.condition;
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
  const std::string closest = "no Allow applies: " + name + " fails at ";
  if (decision.condition) {
    return closest + told(statement.conditions[*decision.condition], request.context);
  }
  return closest + std::string(part_name(*decision.failed));
}

}  // namespace signgate::policy
