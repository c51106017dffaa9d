// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/policy_view.hpp"

#include <algorithm>
#include <span>

#include "policy/text_pattern.hpp"

namespace signgate::policy::lint {
namespace {

constexpr std::string_view cloudfront = "cloudfront.amazonaws.com";

class Reader {
 public:
  explicit Reader(std::uint32_t file) : file_(file) {}

  Text text(const JsonValue& value) const { return {value.text, spot_of(file_, value.position)}; }

  std::vector<Text> list(const JsonValue& value) const {
    std::vector<Text> out;
    for (const JsonValue& item : one_or_more(value)) {
      if (item.is(JsonKind::string) || item.is(JsonKind::number)) {
        out.push_back(text(item));
      } else if (item.is(JsonKind::boolean)) {
        out.push_back({item.boolean ? "true" : "false", spot_of(file_, item.position)});
      }
    }
    return out;
  }

  StatementView statement(const JsonValue& json, std::size_t number) const {
    StatementView out;
    out.spot = spot_of(file_, json.position);
    out.principal_spot = out.spot;
    out.name = "statement " + std::to_string(number);
    for (const JsonMember& member : json.members) {
      const JsonValue& value = member.value;
      if (member.name == "Sid" && value.is(JsonKind::string)) {
        out.sid = text(value);
        if (!value.text.empty()) out.name = excerpt(value.text);
      } else if (member.name == "Effect") {
        out.allows = value.text != "Deny";
      } else if (member.name == "Principal" || member.name == "NotPrincipal") {
        out.not_principal = member.name == "NotPrincipal";
        out.principal_spot = spot_of(file_, member.position);
        principal(value, out);
      } else if (member.name == "Action" || member.name == "NotAction") {
        out.not_action = member.name == "NotAction";
        out.actions = list(value);
      } else if (member.name == "Resource" || member.name == "NotResource") {
        out.not_resource = member.name == "NotResource";
        out.resources = list(value);
      } else if (member.name == "Condition") {
        conditions(value, out);
      }
    }
    return out;
  }

  static std::span<const JsonValue> one_or_more(const JsonValue& value) {
    return value.is(JsonKind::array) ? std::span(value.items) : std::span(&value, 1);
  }

 private:
  void principal(const JsonValue& value, StatementView& out) const {
    out.everyone = value.is(JsonKind::string) && value.text == "*";
    for (const JsonMember& member : value.members) {
      for (Text& id : list(member.value)) {
        if (member.name == "AWS" && id.value == "*") {
          out.everyone = true;
        } else {
          (member.name == "Service" ? out.services : out.others).push_back(std::move(id));
        }
      }
    }
  }

  void conditions(const JsonValue& block, StatementView& out) const {
    for (const JsonMember& one : block.members) {
      std::string_view name = one.name;
      bool is_set = false;
      for (const std::string_view prefix : {"ForAnyValue:", "ForAllValues:"}) {
        if (!name.starts_with(prefix)) continue;
        name.remove_prefix(prefix.size());
        is_set = true;
      }
      for (const JsonMember& key : one.value.members) {
        out.conditions.push_back({{one.name, spot_of(file_, one.position)},
                                  find_condition_operator(name),
                                  is_set,
                                  {lower_case(key.name), spot_of(file_, key.position)},
                                  list(key.value)});
      }
    }
  }

  std::uint32_t file_;
};

}  // namespace

bool ConditionView::is_text() const noexcept {
  return known && (known->comparison == Comparison::string_equals ||
                   known->comparison == Comparison::string_like);
}

bool ConditionView::is_null() const noexcept {
  return known && known->comparison == Comparison::null;
}

bool StatementView::is_for_cloudfront() const noexcept {
  return !not_principal && std::ranges::find(services, cloudfront, &Text::value) != services.end();
}

bool StatementView::concerns_cloudfront() const noexcept {
  if (!not_principal) return everyone || is_for_cloudfront();
  return !everyone && std::ranges::find(services, cloudfront, &Text::value) == services.end();
}

bool StatementView::covers_action(std::string_view action) const {
  const bool named = std::ranges::any_of(actions, [&](const Text& one) {
    const auto pattern = TextPattern::compile(one.value, {.wildcards = true, .ignore_case = true});
    return pattern && pattern->matches(action);
  });
  return named != not_action;
}

PolicyView view_policy(const JsonValue& root, std::uint32_t file) {
  PolicyView policy;
  policy.spot = spot_of(file, root.position);
  if (const JsonMember* version = root.find("Version")) {
    policy.is_2012 = version->value.text == "2012-10-17";
  }
  const JsonMember* list = root.find("Statement");
  if (list == nullptr) return policy;
  const Reader reader(file);
  for (const JsonValue& json : Reader::one_or_more(list->value)) {
    policy.statements.push_back(reader.statement(json, policy.statements.size() + 1));
  }
  return policy;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

}  // namespace signgate::policy::lint
