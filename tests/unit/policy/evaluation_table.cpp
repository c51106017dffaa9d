// SPDX-License-Identifier: Apache-2.0
#include "unit/policy/evaluation_table.hpp"

#include <fstream>
#include <iterator>
#include <ostream>
#include <stdexcept>
#include <string_view>

#include "policy/json.hpp"
#include "policy/json_writer.hpp"

namespace signgate::policy {
namespace {

void write(JsonWriter& out, const JsonValue& value) {
  switch (value.kind) {
    case JsonKind::object:
      out.object([&] {
        for (const JsonMember& member : value.members)
          write(out.name(member.name), member.value);
      });
      break;
    case JsonKind::array:
      out.array([&] {
        for (const JsonValue& item : value.items)
          write(out, item);
      });
      break;
    case JsonKind::boolean:
      out.boolean(value.boolean);
      break;
    case JsonKind::number:
      if (const auto whole = value.integer()) {
        out.integer(*whole);
      } else {
        out.real(*value.real(), 6);
      }
      break;
    case JsonKind::string:
      out.string(value.text);
      break;
    case JsonKind::null:
      throw std::runtime_error("null has no place in these cases");
  }
}

std::string text_of(const JsonValue& value) {
  std::string text;
  JsonWriter out{text};
  write(out, value);
  return text;
}

const JsonValue& needed(const JsonValue& object, std::string_view name) {
  const JsonMember* member = object.find(name);
  if (member == nullptr) throw std::runtime_error("a case has no " + std::string(name));
  return member->value;
}

std::string rule_with(const std::string& condition) {
  return R"({"Version":"2012-10-17","Statement":{"Sid":"Rule","Effect":"Allow","Principal":"*",)"
         R"("Action":"*","Resource":"*","Condition":)" +
         condition + "}}";
}

std::string request_of(const JsonValue& group, const JsonValue& row) {
  struct Part {
    std::string_view name;
    std::string_view otherwise;
  };
  const JsonMember* base = group.find("base");
  std::string text = "{";
  for (const Part& part :
       {Part{"principal", R"("*")"}, Part{"action", R"("s3:GetObject")"},
        Part{"resource", R"("arn:aws:s3:::lantern-photos/a.jpg")"}, Part{"context", "{}"}}) {
    const JsonMember* member = row.find(part.name);
    if (member == nullptr && base != nullptr) member = base->value.find(part.name);
    if (text.size() > 1) text += ',';
    text += '"' + std::string(part.name) + "\":";
    text += member != nullptr ? text_of(member->value) : std::string(part.otherwise);
  }
  return text + "}";
}

void read(const std::string& file, std::vector<EvaluationCase>& cases) {
  std::ifstream in(SIGNGATE_SOURCE_DIR "/tests/data/policy/" + file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto groups = json_parse_sequence(text, {.bytes = 1 << 20, .depth = 32, .values = 1 << 17});
  if (!groups) {
    throw std::runtime_error(file + ":" + std::to_string(groups.error().position.line) + ": " +
                             groups.error().message);
  }
  for (const JsonValue& group : *groups) {
    const JsonMember* policy = group.find("policy");
    for (const JsonValue& row : needed(group, "rows").items) {
      cases.push_back(
          {needed(row, "name").text, needed(group, "source").text,
           policy != nullptr ? text_of(policy->value) : rule_with(text_of(needed(row, "if"))),
           request_of(group, row), needed(row, "decision").text, needed(row, "by").text});
    }
  }
}

}  // namespace

void PrintTo(const EvaluationCase& row, std::ostream* out) {
  *out << row.name << " (" << row.source << ")";
}

std::vector<EvaluationCase> evaluation_cases() {
  std::vector<EvaluationCase> cases;
  read("evaluation_operators.json", cases);
  read("evaluation_policies.json", cases);
  return cases;
}

}  // namespace signgate::policy
