// SPDX-License-Identifier: Apache-2.0
#include "policy/decision_report.hpp"

#include <optional>
#include <string_view>

#include "policy/json_writer.hpp"

namespace signgate::policy {
namespace {

std::string_view effect_name(Effect effect) noexcept {
  return effect == Effect::allow ? "Allow" : "Deny";
}

std::string_view outcome_name(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::allow:
      return "allow";
    case Outcome::explicit_deny:
      return "explicit_deny";
    case Outcome::implicit_deny:
      return "implicit_deny";
  }
  return "";
}

std::string_view part_word(Part part) noexcept {
  switch (part) {
    case Part::principal:
      return "principal";
    case Part::action:
      return "action";
    case Part::resource:
      return "resource";
    case Part::condition:
      return "condition";
  }
  return "";
}

Position place_of(const Statement& statement, const Match& match) {
  if (match.condition) return statement.conditions[*match.condition].position;
  if (match.failed == Part::principal) return statement.principal.position;
  if (match.failed == Part::action) return statement.actions.front().position;
  if (match.failed == Part::resource) return statement.resources.front().position;
  return statement.position;
}

/// " with StringEquals AWS:SourceArn, StringLike aws:Referer", or nothing.
std::string conditions_text(const Statement& statement) {
  std::string text;
  for (const Condition& condition : statement.conditions) {
    text += text.empty() ? " with " : ", ";
    text += condition.operator_text + " " + condition.key;
  }
  return text;
}

void write_place(JsonWriter& json, const Position& position) {
  json.name("line").integer(position.line);
  json.name("column").integer(position.column);
}

void write_condition(JsonWriter& json, const Condition& condition) {
  json.object([&] {
    json.name("operator").string(condition.operator_text);
    json.name("key").string(condition.key);
    write_place(json, condition.position);
  });
}

/// The members that tell a statement; its object is open.
void write_statement(JsonWriter& json, const BucketPolicy& policy, std::size_t index) {
  const Statement& statement = policy.statements[index];
  json.name("index").integer(static_cast<std::int64_t>(index + 1));
  if (!statement.sid.empty()) json.name("sid").string(statement.sid);
  json.name("effect").string(effect_name(statement.effect));
  write_place(json, statement.position);
}

void write_trace(JsonWriter& json, const DecisionReport& report) {
  const AccessRequest& request = report.placed.request;
  for (std::size_t i = 0; i < report.policy.statements.size(); ++i) {
    const Statement& statement = report.policy.statements[i];
    const Match matched = match(statement, request);
    json.object([&] {
      write_statement(json, report.policy, i);
      json.name("applies").boolean(matched.applies());
      if (matched.failed) json.name("failed").string(part_word(*matched.failed));
      if (matched.condition) {
        write_condition(json.name("condition"), statement.conditions[*matched.condition]);
      }
      json.name("reason").string(describe(matched, statement, request));
    });
  }
}

}  // namespace

std::string place_text(const std::string& file, const Position& position) {
  return file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

std::optional<Position> deciding_place(const BucketPolicy& policy, const Decision& decision) {
  if (!decision.statement) return std::nullopt;
  return place_of(policy.statements[*decision.statement],
                  Match{decision.failed, decision.condition});
}

std::string decision_text(const DecisionReport& report) {
  const AccessRequest& request = report.placed.request;
  std::string text;
  if (report.several) {
    text += place_text(report.request_file, report.placed.position) + ": ";
    if (!report.placed.name.empty()) text += excerpt(report.placed.name) + ": ";
  }
  text += report.decision.allowed() ? "Allow: " : "Deny: ";
  text += describe(report.decision, report.policy, request);
  if (report.decision.allowed()) {
    text += conditions_text(report.policy.statements[*report.decision.statement]);
  }
  if (const auto place = deciding_place(report.policy, report.decision)) {
    text += " (" + place_text(report.policy_file, *place) + ")";
  }
  text += '\n';
  if (!report.trace) return text;
  for (std::size_t i = 0; i < report.policy.statements.size(); ++i) {
    const Statement& statement = report.policy.statements[i];
    const Match matched = match(statement, request);
    text += "  " + std::string(effect_name(statement.effect)) + " " +
            statement_name(report.policy, i) + " " + describe(matched, statement, request) + " (" +
            place_text(report.policy_file, place_of(statement, matched)) + ")\n";
  }
  return text;
}

std::string decision_json(const DecisionReport& report) {
  const Decision& decision = report.decision;
  std::string text;
  JsonWriter json{text};
  json.object([&] {
    json.name("request").object([&] {
      json.name("file").string(report.request_file);
      write_place(json, report.placed.position);
      if (!report.placed.name.empty()) json.name("name").string(report.placed.name);
    });
    json.name("decision").string(decision.allowed() ? "Allow" : "Deny");
    json.name("outcome").string(outcome_name(decision.outcome));
    json.name("reason").string(describe(decision, report.policy, report.placed.request));
    if (decision.statement) {
      json.name("statement").object([&] {
        json.name("file").string(report.policy_file);
        write_statement(json, report.policy, *decision.statement);
      });
    }
    if (decision.failed) json.name("failed").string(part_word(*decision.failed));
    if (decision.condition) {
      write_condition(
          json.name("condition"),
          report.policy.statements[*decision.statement].conditions[*decision.condition]);
    }
    if (report.trace) json.name("trace").array([&] { write_trace(json, report); });
  });
  return text;
}

std::string document_error_text(const std::string& file, const DocumentError& error) {
  return place_text(file, error.position) + ": " + error.message;
}

std::string document_error_json(const std::string& file, const DocumentError& error) {
  std::string text;
  JsonWriter json{text};
  json.object([&] {
    json.name("error").object([&] {
      json.name("file").string(file);
      write_place(json, error.position);
      json.name("message").string(error.message);
    });
  });
  return text;
}

}  // namespace signgate::policy
