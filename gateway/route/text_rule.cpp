// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/text_rule.hpp"

#include "gateway/config/known_variables.hpp"
#include "gateway/http/text.hpp"

namespace signgate::route {
namespace {

std::string_view without_dot(std::string_view domain) {
  return domain.starts_with('.') ? domain.substr(1) : domain;
}

}  // namespace

Replacement::Replacement(std::string_view text, const Regex* regex) {
  std::size_t begin = 0;
  std::size_t from = 0;
  while (regex != nullptr) {
    const auto use = config::next_variable(text, from);
    if (!use) break;
    from = use->end;
    const bool number = http::is_digit(use->name.front());
    const std::size_t group =
        number ? static_cast<std::size_t>(use->name.front() - '0') : regex->group_of(use->name);
    if (group == 0) continue;
    pieces_.push_back({Template(text.substr(begin, use->begin - begin)), group});
    begin = from;
  }
  if (begin < text.size()) pieces_.push_back({Template(text.substr(begin)), 0});
}

void Replacement::append(const VariableValues& values, std::span<const std::string_view> captures,
                         std::string& out) const {
  for (const Piece& piece : pieces_) {
    piece.text.append(values, Escape::line, out);
    if (piece.capture != 0 && piece.capture < captures.size()) out += captures[piece.capture];
  }
}

TextRule::TextRule(const config::TextRule& rule, Form form) : form_(form) {
  using Kind = config::TextRule::Kind;
  std::string_view from = rule.from;
  std::string_view to = rule.to;
  const bool literal = rule.kind == Kind::literal;
  if (literal) {
    if (form == Form::domain) from = without_dot(from);
    from_ = Template(from);
  } else {
    // Domains have no case.
    regex_.emplace(from, rule.kind == Kind::regex_caseless || form == Form::domain);
  }
  if (form == Form::domain) to = without_dot(to);
  to_ = Replacement(to, literal ? nullptr : &*regex_);
}

std::optional<std::string> TextRule::apply(std::string_view value,
                                           const VariableValues& values) const {
  std::vector<std::string_view> captures;
  std::string_view rest;
  if (regex_) {
    captures.resize(regex_->groups() + 1);
    if (!regex_->search(value, captures)) return std::nullopt;
  } else {
    std::string from;
    from_.append(values, Escape::none, from);
    if (form_ == Form::domain) {
      if (!http::equal_ignoring_case(without_dot(value), from)) return std::nullopt;
    } else {
      if (!value.starts_with(from)) return std::nullopt;
      rest = value.substr(from.size());
    }
  }
  std::string changed;
  if (form_ == Form::domain && !regex_ && value.starts_with('.')) changed = ".";
  to_.append(values, captures, changed);
  changed += rest;
  return changed;
}

std::optional<std::string> apply_first(const std::vector<TextRule>& rules, std::string_view value,
                                       const VariableValues& values) {
  for (const TextRule& rule : rules) {
    if (auto changed = rule.apply(value, values)) return changed;
  }
  return std::nullopt;
}

}  // namespace signgate::route
