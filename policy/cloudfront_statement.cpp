// SPDX-License-Identifier: Apache-2.0
#include "policy/cloudfront_statement.hpp"

#include "policy/json_writer.hpp"

namespace signgate::policy {
namespace {

DocumentError at(const Position& position, std::string message) {
  return {position, std::move(message)};
}

DocumentError wrong_kind(const JsonValue& value, std::string_view what, std::string_view wanted) {
  std::string message(what);
  message += " is ";
  message += json_kind_name(value.kind);
  message += ", not ";
  message += wanted;
  return at(value.position, std::move(message));
}

DocumentError unknown_member(const JsonMember& member, std::string_view inside,
                             std::string_view legal) {
  std::string message = "unknown member ";
  message += excerpt(member.name);
  message += " in ";
  message += inside;
  message += ": legal are ";
  message += legal;
  return at(member.position, std::move(message));
}

/// only_member is the value of a condition operator's single key, such as AWS:EpochTime.
DocumentResult<const JsonValue*> only_member(const JsonMember& operator_, std::string_view key) {
  if (!operator_.value.is(JsonKind::object)) {
    return wrong_kind(operator_.value, operator_.name, "an object");
  }
  for (const JsonMember& member : operator_.value.members) {
    if (member.name != key) return unknown_member(member, operator_.name, key);
  }
  const JsonMember* member = operator_.value.find(key);
  if (member == nullptr) {
    return at(operator_.value.position, operator_.name + " lacks " + std::string(key));
  }
  return &member->value;
}

DocumentResult<std::int64_t> read_time(const JsonMember& operator_) {
  const auto value = only_member(operator_, "AWS:EpochTime");
  if (!value) return value.error();
  const auto seconds = (*value)->integer();
  if (!seconds) {
    return at((*value)->position,
              operator_.name + ": AWS:EpochTime must be an unquoted integer, in epoch seconds");
  }
  return *seconds;
}

DocumentResult<Ipv4Range> read_range(const JsonMember& operator_) {
  const auto value = only_member(operator_, "AWS:SourceIp");
  if (!value) return value.error();
  if (!(*value)->is(JsonKind::string)) return wrong_kind(**value, "AWS:SourceIp", "a string");
  auto range = parse_ipv4_range((*value)->text);
  if (!range) return at((*value)->position, range.error().message);
  return *range;
}

DocumentResult<bool> read_condition(const JsonValue& condition, CloudFrontStatement& statement) {
  if (!condition.is(JsonKind::object)) return wrong_kind(condition, "Condition", "an object");
  bool ends = false;
  for (const JsonMember& member : condition.members) {
    if (member.name == "IpAddress") {
      const auto range = read_range(member);
      if (!range) return range.error();
      statement.ip_address = *range;
      continue;
    }
    if (member.name != "DateLessThan" && member.name != "DateGreaterThan") {
      return unknown_member(member, "Condition", "DateLessThan, DateGreaterThan and IpAddress");
    }
    const auto time = read_time(member);
    if (!time) return time.error();
    if (member.name == "DateLessThan") {
      statement.date_less_than = *time;
      ends = true;
    } else {
      statement.date_greater_than = *time;
    }
  }
  if (!ends) return at(condition.position, "Condition lacks DateLessThan, which is required");
  return true;
}

}  // namespace

void append_canned_policy(std::string& out, std::string_view url, std::int64_t expires) {
  static constexpr std::string_view head = R"({"Statement":[{"Resource":)";
  static constexpr std::string_view middle = R"(,"Condition":{"DateLessThan":{"AWS:EpochTime":)";
  static constexpr std::string_view tail = "}}}]}";
  out.reserve(out.size() + head.size() + url.size() + 2 + middle.size() + 20 + tail.size());
  out += head;
  append_json_string(out, url);
  out += middle;
  append_json_integer(out, expires);
  out += tail;
}

std::string canned_policy(std::string_view url, std::int64_t expires) {
  std::string out;
  append_canned_policy(out, url, expires);
  return out;
}

void append_custom_policy(std::string& out, const CloudFrontStatement& statement) {
  JsonWriter json(out);
  const auto time = [&json](std::string_view name, std::int64_t seconds) {
    json.name(name).object([&] { json.name("AWS:EpochTime").integer(seconds); });
  };
  const auto conditions = [&] {
    time("DateLessThan", statement.date_less_than);
    if (statement.ip_address) {
      std::string range;
      append_ipv4_range(range, *statement.ip_address);
      json.name("IpAddress").object([&] { json.name("AWS:SourceIp").string(range); });
    }
    if (statement.date_greater_than) time("DateGreaterThan", *statement.date_greater_than);
  };
  json.object([&] {
    json.name("Statement").array([&] {
      json.object([&] {
        if (statement.resource) json.name("Resource").string(*statement.resource);
        json.name("Condition").object(conditions);
      });
    });
  });
}

std::string custom_policy(const CloudFrontStatement& statement) {
  std::string out;
  append_custom_policy(out, statement);
  return out;
}

DocumentResult<CloudFrontStatement> parse_custom_policy(std::string_view json) {
  // Six containers deep is a whole policy; anything deeper is none.
  const auto document = json_parse(json, {.bytes = max_custom_policy, .depth = 8, .values = 64});
  if (!document) return document.error();
  if (!document->is(JsonKind::object)) return wrong_kind(*document, "the policy", "an object");
  for (const JsonMember& member : document->members) {
    if (member.name != "Statement") return unknown_member(member, "the policy", "Statement");
  }
  const JsonMember* list = document->find("Statement");
  if (list == nullptr) return at(document->position, "the policy lacks Statement");
  if (!list->value.is(JsonKind::array)) return wrong_kind(list->value, "Statement", "an array");
  if (list->value.items.size() != 1) {
    return at(list->value.position, "Statement must hold exactly one statement");
  }
  const JsonValue& body = list->value.items.front();
  if (!body.is(JsonKind::object)) return wrong_kind(body, "the statement", "an object");

  CloudFrontStatement statement;
  const JsonMember* condition = nullptr;
  for (const JsonMember& member : body.members) {
    if (member.name == "Resource") {
      if (!member.value.is(JsonKind::string)) {
        return wrong_kind(member.value, "Resource", "a string");
      }
      statement.resource = member.value.text;
    } else if (member.name == "Condition") {
      condition = &member;
    } else {
      return unknown_member(member, "the statement", "Resource and Condition");
    }
  }
  if (condition == nullptr) {
    return at(body.position, "the statement lacks Condition with DateLessThan, which is required");
  }
  const auto read = read_condition(condition->value, statement);
  if (!read) return read.error();
  return statement;
}

}  // namespace signgate::policy
