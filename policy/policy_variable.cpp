// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_variable.hpp"

#include <algorithm>
#include <utility>

#include "policy/json.hpp"

namespace signgate::policy {
namespace {

PatternFlaw not_a_variable(std::string_view text) {
  return {excerpt(text) +
          " is not a policy variable; one looks like \"${aws:username}\" or \"${aws:PrincipalTag/"
          "team, 'none'}\", and \"${*}\", \"${?}\" and \"${$}\" are those characters"};
}

}  // namespace

std::optional<std::string_view> PolicyVariable::resolve(
    const RequestContext& context) const noexcept {
  const auto values = context.values(key);
  if (values.size() == 1) return values.front();
  if (values.empty() && fallback) return *fallback;
  return std::nullopt;
}

std::optional<std::size_t> variable_length(std::string_view text) noexcept {
  bool quoted = false;
  for (std::size_t i = 2; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (text[i] == '}' && !quoted) return i + 1;
  }
  return std::nullopt;
}

boost::system::result<VariableText, PatternFlaw> read_variable(std::string_view text) {
  const auto length = variable_length(text);
  if (!length) {
    return PatternFlaw{"\"${\" is not closed by \"}\"; a literal \"$\" is \"${$}\""};
  }
  text = text.substr(0, *length);
  const std::string_view inside = text.substr(2, *length - 3);
  if (inside == "*" || inside == "?" || inside == "$") return VariableText{inside[0], *length};
  const std::size_t comma = inside.find(',');
  PolicyVariable variable{std::string(inside.substr(0, comma)), std::nullopt};
  if (!is_condition_key(variable.key)) return not_a_variable(text);
  if (comma != std::string_view::npos) {
    std::string_view rest = inside.substr(comma + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const bool in_quotes = rest.size() >= 2 && rest.front() == '\'' && rest.back() == '\'';
    if (!in_quotes || rest.substr(1, rest.size() - 2).find('\'') != std::string_view::npos) {
      return PatternFlaw{"the default of " + excerpt(text) +
                         " is not in single quotes; it looks like \"${aws:username, 'nobody'}\""};
    }
    variable.fallback = rest.substr(1, rest.size() - 2);
  }
  return VariableText{std::move(variable), *length};
}

bool is_condition_key(std::string_view key) noexcept {
  const std::size_t colon = key.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == key.size()) return false;
  return std::none_of(key.begin(), key.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

}  // namespace signgate::policy
