// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/cache_directives.hpp"

#include <algorithm>

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

// Blanks between two words part them; those around `=`, and around the `+` of a Surrogate-Control,
// do not.
bool parts_words(std::string_view text, std::size_t blank, DirectiveForm form) noexcept {
  const std::size_t before = text.find_last_not_of(" \t", blank);
  const std::size_t after = text.find_first_not_of(" \t", blank);
  if (before == std::string_view::npos || after == std::string_view::npos) return false;
  const std::string_view joints = form == DirectiveForm::surrogate_control ? "=+" : "=";
  return joints.find(text[before]) == std::string_view::npos &&
         joints.find(text[after]) == std::string_view::npos;
}

// Whether a directive begins behind the semicolon, rather than the name of a target.
bool begins_directive(std::string_view text, std::size_t semicolon) noexcept {
  const std::string_view rest = text.substr(semicolon + 1);
  const std::string_view element = rest.substr(0, rest.find_first_of(",;"));
  return element.find('=') != std::string_view::npos;
}

bool separates(std::string_view text, std::size_t at, DirectiveForm form) noexcept {
  switch (text[at]) {
    case ',':
      return true;
    case ';':
      return form == DirectiveForm::cache_control || begins_directive(text, at);
    case ' ':
    case '\t':
      return parts_words(text, at, form);
    default:
      return false;
  }
}

struct ElementEnd {
  std::size_t at;
  bool lone_quote;
};

// Where the element at the front ends. A separator within a quoted string is part of it, unless the
// string never ends.
ElementEnd element_end(std::string_view text, DirectiveForm form) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (separates(text, i, form)) return {i, false};
    if (text[i] != '"') continue;
    std::size_t close = i + 1;
    while (close < text.size() && text[close] != '"')
      close += text[close] == '\\' ? 2 : 1;
    if (close >= text.size()) {
      while (i < text.size() && !separates(text, i, form))
        ++i;
      return {i, true};
    }
    i = close;
  }
  return {text.size(), false};
}

}  // namespace

bool CacheDirective::is(std::string_view lower) const noexcept {
  return equal_ignoring_case(name, lower);
}

void CacheDirective::set(std::uint64_t seconds) {
  text.assign(name).append("=").append(std::to_string(seconds));
}

std::vector<CacheDirective> parse_directives(std::string_view value, DirectiveForm form) {
  std::vector<CacheDirective> directives;
  while (!value.empty()) {
    const ElementEnd end = element_end(value, form);
    std::string_view element = trim_ows(value.substr(0, end.at));
    value.remove_prefix(std::min(end.at + 1, value.size()));
    if (element.empty()) continue;
    const std::size_t equals = element.find('=');
    CacheDirective directive;
    directive.name = trim_ows(element.substr(0, equals));
    if (equals != std::string_view::npos) directive.argument = trim_ows(element.substr(equals + 1));
    if (end.lone_quote) {
      directive.argument.reset();
      directive.name = trim_ows(directive.name.substr(0, directive.name.find('"')));
      element = directive.name;
      if (element.empty()) continue;
    }
    directive.text.assign(element);
    directives.push_back(std::move(directive));
  }
  return directives;
}

std::string join_directives(const std::vector<CacheDirective>& directives) {
  std::string value;
  for (const CacheDirective& directive : directives) {
    if (!value.empty()) value.append(", ");
    value.append(directive.text);
  }
  return value;
}

std::optional<std::uint64_t> parse_seconds(std::string_view text) noexcept {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::uint64_t seconds = 0;
  for (const char c : text) {
    seconds = std::min(seconds * 10 + static_cast<std::uint64_t>(c - '0'), most_seconds);
  }
  return seconds;
}

}  // namespace signgate::http
