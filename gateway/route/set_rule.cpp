// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/set_rule.hpp"

#include <algorithm>
#include <utility>

namespace signgate::route {

std::vector<SetRule> make_set_rules(const config::SetVariables& set) {
  std::vector<SetRule> rules;
  rules.reserve(set.size());
  for (const auto& [name, value] : set)
    rules.push_back({name, Template(value)});
  return rules;
}

void set_variables(const std::vector<SetRule>& rules, VariableValues& values) {
  for (const SetRule& rule : rules) {
    std::string value;
    rule.value.append(values, Escape::none, value);
    define(*values.defined, rule.name, std::move(value));
  }
}

void define(DefinedValues& values, std::string_view name, std::string value) {
  const auto known = std::find_if(values.begin(), values.end(),
                                  [&](const auto& each) { return each.first == name; });
  if (known != values.end()) {
    known->second = std::move(value);
  } else {
    values.emplace_back(name, std::move(value));
  }
}

}  // namespace signgate::route
