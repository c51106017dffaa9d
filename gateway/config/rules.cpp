// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/rules.hpp"

#include <algorithm>
#include <array>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/location.hpp"
#include "gateway/config/nearest_name.hpp"
#include "gateway/config/units.hpp"
#include "gateway/config/words.hpp"

namespace signgate::config {
namespace {

using Kind = TextRule::Kind;

constexpr auto cookie_flags =
    std::to_array<std::string_view>({"secure", "httponly", "samesite=strict", "samesite=lax",
                                     "nosecure", "samesite=none", "nohttponly", "nosamesite"});

// Where a control byte stands: what is written into a header must stay one line.
std::size_t find_control(std::string_view text) {
  const auto odd = std::find_if(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
  return odd == text.end() ? std::string_view::npos : static_cast<std::size_t>(odd - text.begin());
}

// Variables, and what a regex before them takes, whose names are `captures`; null: there is none.
Parsed<bool> check_value(const Word& word, const std::vector<std::string>* captures) {
  const std::string_view text = word.text;
  if (const std::size_t odd = find_control(text); odd != std::string_view::npos)
    return Flaw{"has a control character", word.offset + odd};
  std::size_t begin = 0;
  std::size_t from = 0;
  while (captures != nullptr) {
    const auto use = next_variable(text, from);
    if (!use) break;
    from = use->end;
    const bool number = use->name.front() >= '1' && use->name.front() <= '9';
    if (!number && std::find(captures->begin(), captures->end(), use->name) == captures->end())
      continue;
    const auto checked = check_variables(text.substr(begin, use->begin - begin));
    if (!checked)
      return Flaw{checked.error().message, word.offset + begin + checked.error().offset};
    begin = from;
  }
  const auto checked = check_variables(text.substr(begin));
  if (!checked) return Flaw{checked.error().message, word.offset + begin + checked.error().offset};
  return true;
}

// "~regex", "~*regex" or a literal; the regex may be empty and fits everything then.
// `names` becomes the names of its groups.
Parsed<Kind> take_pattern(const Word& word, std::string& out, std::vector<std::string>& names) {
  const std::string_view text = word.text;
  if (!text.starts_with('~')) {
    const auto checked = check_value(word, nullptr);
    if (!checked) return checked.error();
    out = text;
    return Kind::literal;
  }
  const bool caseless = text.starts_with("~*");
  const std::size_t sign = caseless ? 2 : 1;
  auto checked = capture_names(text.substr(sign), caseless);
  if (!checked) return Flaw{checked.error().message, word.offset + sign + checked.error().offset};
  names = std::move(*checked);
  out = text.substr(sign);
  return caseless ? Kind::regex_caseless : Kind::regex;
}

}  // namespace

Parsed<TextRule> parse_text_rule(std::string_view text, bool takes_default) {
  const auto words = split_words(text);
  if (!words) return words.error();
  if (takes_default && words->size() == 1 && words->front().text == "default")
    return TextRule{.kind = Kind::standard, .from = {}, .to = {}};
  if (words->size() != 2) {
    return Flaw{in_quotes(text) + " is no rule: write \"FROM TO\", \"~regex TO\"" +
                    (takes_default ? ", \"default\"" : "") + ", and \"off\" alone",
                0};
  }
  TextRule rule;
  std::vector<std::string> names;
  const auto kind = take_pattern(words->front(), rule.from, names);
  if (!kind) return kind.error();
  rule.kind = *kind;
  if (rule.from.empty()) return Flaw{"has an empty FROM", words->front().offset};
  const auto value = check_value(words->back(), rule.kind != Kind::literal ? &names : nullptr);
  if (!value) return value.error();
  rule.to = words->back().text;
  return rule;
}

Parsed<CookieFlags> parse_cookie_flags(std::string_view text) {
  const auto words = split_words(text);
  if (!words) return words.error();
  if (words->size() < 2) {
    return Flaw{in_quotes(text) +
                    " is no rule: write \"NAME FLAG ...\" or \"~regex FLAG ...\", and "
                    "\"off\" alone",
                0};
  }
  CookieFlags rule;
  std::vector<std::string> names;
  const auto kind = take_pattern(words->front(), rule.name, names);
  if (!kind) return kind.error();
  rule.kind = *kind;
  for (std::size_t i = 1; i < words->size(); ++i) {
    const Word& word = (*words)[i];
    if (word.text.find('$') != std::string::npos) {
      const auto value = check_value(word, rule.kind != Kind::literal ? &names : nullptr);
      if (!value) return value.error();
    } else if (std::find(cookie_flags.begin(), cookie_flags.end(), word.text) ==
               cookie_flags.end()) {
      return Flaw{
          "has the unknown flag " + in_quotes(word.text) + "; legal: " +
              listed(std::vector<std::string_view>(cookie_flags.begin(), cookie_flags.end())),
          word.offset};
    }
    rule.flags.push_back(word.text);
  }
  return rule;
}

Parsed<ErrorPage> parse_error_page(std::string_view text) {
  const auto words = split_words(text);
  if (!words) return words.error();
  if (words->size() < 2) {
    return Flaw{in_quotes(text) +
                    " is no error page: write \"CODE ... /uri\", \"CODE ... =CODE /uri\", \"CODE = "
                    "@name\" or \"CODE ... ADDRESS\"",
                0};
  }
  ErrorPage page;
  for (std::size_t i = 0; i + 1 < words->size(); ++i) {
    const Word& word = (*words)[i];
    if (word.text.starts_with('=') && i + 2 == words->size() && i > 0) {
      page.response = 0;
      if (word.text.size() > 1) {
        const auto code = parse_count(std::string_view(word.text).substr(1), 200, 599);
        if (!code) return Flaw{"has a response code that is not 200 to 599", word.offset};
        page.response = static_cast<int>(*code);
      }
      continue;
    }
    const auto code = parse_count(word.text, 300, 599);
    if (!code || *code == 499) {
      return Flaw{
          "has " + in_quotes(word.text) + ", which is no code: legal are 300 to 599 but 499",
          word.offset};
    }
    page.codes.push_back(static_cast<int>(*code));
  }
  const Word& target = words->back();
  const auto value = check_value(target, nullptr);
  if (!value) return value.error();
  const bool legal = target.text.starts_with('/') || target.text.starts_with("http://") ||
                     target.text.starts_with("https://") || target.text.starts_with('$') ||
                     (target.text.starts_with('@') && target.text.size() > 1);
  if (!legal) {
    return Flaw{in_quotes(target.text) + " is neither \"/uri\" nor \"@name\" nor an address",
                target.offset};
  }
  page.target = target.text;
  return page;
}

}  // namespace signgate::config
