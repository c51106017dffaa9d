// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::route {

/// SetRule is one compiled line of `set`. Immutable; any thread.
struct SetRule {
  std::string name;  // without `$`
  Template value;
};

/// make_set_rules compiles the lines of a server or route, in order.
[[nodiscard]] std::vector<SetRule> make_set_rules(const config::SetVariables& set);

/// set_variables gives each variable its value for a request, one after the other, so that a line
/// may use those before it and its own former value. VariableValues::defined is there. Source:
/// nginx, ngx_http_rewrite_module, `set`.
void set_variables(const std::vector<SetRule>& rules, VariableValues& values);

/// define gives one variable a value in place of the one that it may have.
void define(DefinedValues& values, std::string_view name, std::string value);

}  // namespace signgate::route
