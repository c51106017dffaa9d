// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/known_variables.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/nearest_name.hpp"

namespace signgate::config {
namespace {

thread_local std::vector<std::string> defined;

bool is_name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_hexadecimal(std::string_view digits) noexcept {
  return digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::string suggested(std::string_view name) {
  std::vector<std::string_view> candidates{known_variables.begin(), known_variables.end()};
  candidates.insert(candidates.end(), defined.begin(), defined.end());
  const std::string_view nearest = nearest_name(name, candidates);
  if (!nearest.empty()) return "; did you mean \"$" + std::string{nearest} + "\"?";
  std::string all = "; legal are ";
  for (const std::string_view known : known_variables)
    all += "$" + std::string{known} + ", ";
  for (const std::string_view prefix : known_variable_prefixes) {
    all += "$" + std::string{prefix} + "NAME, ";
  }
  all.resize(all.size() - 2);
  return all;
}

}  // namespace

DefinedVariables::DefinedVariables(std::vector<std::string> names)
    : before_(std::exchange(defined, std::move(names))) {}

DefinedVariables::~DefinedVariables() {
  defined = std::move(before_);
}

bool is_known_variable(std::string_view name) noexcept {
  return is_builtin_variable(name) ||
         std::find(defined.begin(), defined.end(), name) != defined.end();
}

bool is_builtin_variable(std::string_view name) noexcept {
  if (std::binary_search(known_variables.begin(), known_variables.end(), name)) return true;
  return std::any_of(
      known_variable_prefixes.begin(), known_variable_prefixes.end(),
      [name](std::string_view prefix) {
        return name.size() > prefix.size() && name.starts_with(prefix) &&
               std::all_of(name.begin(), name.end(), is_name_character) &&
               (!prefix.ends_with("0x") || is_hexadecimal(name.substr(prefix.size())));
      });
}

std::optional<VariableUse> next_variable(std::string_view value, std::size_t from) noexcept {
  for (std::size_t dollar = value.find('$', from); dollar != std::string_view::npos;
       dollar = value.find('$', dollar + 1)) {
    std::size_t begin = dollar + 1;
    const bool braced = begin < value.size() && value[begin] == '{';
    if (braced) ++begin;
    std::size_t end = begin;
    if (end < value.size() && value[end] >= '1' && value[end] <= '9') {
      ++end;
    } else {
      while (end < value.size() && is_name_character(value[end]))
        ++end;
    }
    const std::string_view name = value.substr(begin, end - begin);
    if (name.empty() || (braced && (end == value.size() || value[end] != '}'))) continue;
    return VariableUse{dollar, braced ? end + 1 : end, name};
  }
  return std::nullopt;
}

Parsed<bool> check_variables(std::string_view value) {
  for (std::size_t dollar = value.find('$'); dollar != std::string_view::npos;
       dollar = value.find('$', dollar)) {
    std::size_t begin = dollar + 1;
    const bool braced = begin < value.size() && value[begin] == '{';
    if (braced) ++begin;
    std::size_t end = begin;
    // The captures of a location's regular expression are single digits.
    if (end < value.size() && value[end] >= '1' && value[end] <= '9') {
      const std::size_t close = end + 1;
      if (braced && (close == value.size() || value[close] != '}'))
        return Flaw{"has a \"${\" without its \"}\"", dollar};
      dollar = close;
      continue;
    }
    while (end < value.size() && is_name_character(value[end]))
      ++end;
    const std::string_view name = value.substr(begin, end - begin);
    if (name.empty()) return Flaw{"has a \"$\" without the name of a variable after it", dollar};
    if (braced && (end == value.size() || value[end] != '}')) {
      return Flaw{"has a \"${\" without its \"}\"", dollar};
    }
    if (!is_known_variable(name)) {
      return Flaw{
          "has the unknown variable " + in_quotes("$" + std::string{name}) + suggested(name),
          dollar};
    }
    dollar = end;
  }
  return true;
}

}  // namespace signgate::config
