// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8
#include "gateway/config/location.hpp"

#include <pcre2.h>

#include <array>
#include <memory>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"

namespace signgate::config {
namespace {

struct Modifier {
  std::string_view sign;
  LocationKind kind;
};

// "~*" before "~": the first that fits is taken.
constexpr std::array<Modifier, 4> modifiers = {{{"=", LocationKind::exact},
                                                {"^~", LocationKind::prefix_no_regex},
                                                {"~*", LocationKind::regex_caseless},
                                                {"~", LocationKind::regex}}};

using Code = std::unique_ptr<pcre2_code, void (*)(pcre2_code*)>;

Parsed<Code> compile(std::string_view pattern, bool caseless) {
  if (pattern.size() > limits::config_regex) {
    return Flaw{
        "has a regular expression of more than " + std::to_string(limits::config_regex) + " bytes",
        0};
  }
  int number = 0;
  PCRE2_SIZE offset = 0;
  Code code{pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                          caseless ? PCRE2_CASELESS : 0, &number, &offset, nullptr),
            pcre2_code_free};
  if (code) return code;
  std::array<PCRE2_UCHAR, 256> reason{};
  pcre2_get_error_message(number, reason.data(), reason.size());
  return Flaw{
      std::string{"is not a regular expression: "} + reinterpret_cast<const char*>(reason.data()),
      offset};
}

}  // namespace

Parsed<bool> check_regex(std::string_view pattern, bool caseless) {
  const auto code = compile(pattern, caseless);
  if (!code) return code.error();
  return true;
}

Parsed<std::vector<std::string>> capture_names(std::string_view pattern, bool caseless) {
  const auto code = compile(pattern, caseless);
  if (!code) return code.error();
  std::vector<std::string> names;
  std::uint32_t count = 0;
  std::uint32_t entry_size = 0;
  PCRE2_SPTR entry = nullptr;
  pcre2_pattern_info(code->get(), PCRE2_INFO_NAMECOUNT, &count);
  pcre2_pattern_info(code->get(), PCRE2_INFO_NAMEENTRYSIZE, &entry_size);
  pcre2_pattern_info(code->get(), PCRE2_INFO_NAMETABLE, &entry);
  // Two bytes of the group's number, then the name; equal names stand together.
  for (std::uint32_t i = 0; i < count; ++i, entry += entry_size) {
    std::string name{reinterpret_cast<const char*>(entry) + 2};
    if (is_builtin_variable(name)) {
      const std::size_t at = pattern.find(name);
      return Flaw{"names a capture " + in_quotes(name) + ", but $" + name +
                      " has a value already: choose another name",
                  at == std::string_view::npos ? 0 : at};
    }
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return names;
}

Parsed<Location> parse_location(std::string_view text) {
  Location location;
  std::string_view rest = text;
  if (text.starts_with('@')) {
    const std::size_t odd = text.find_first_of(" \t/");
    if (text.size() == 1 || odd != std::string_view::npos)
      return Flaw{in_quotes(text) + " is no name of a location: write \"@name\"", 0};
    return Location{LocationKind::named, std::string(text)};
  }
  for (const Modifier& modifier : modifiers) {
    if (!text.starts_with(modifier.sign)) continue;
    location.kind = modifier.kind;
    rest.remove_prefix(modifier.sign.size());
    break;
  }
  if (location.kind != LocationKind::prefix) {
    while (rest.starts_with(' ') || rest.starts_with('\t'))
      rest.remove_prefix(1);
  }
  const std::size_t begin = text.size() - rest.size();
  location.text = rest;
  if (location.is_regex()) {
    if (rest.empty()) return Flaw{"has no regular expression after the modifier", begin};
    const auto checked = capture_names(rest, location.kind == LocationKind::regex_caseless);
    if (!checked) return Flaw{checked.error().message, begin + checked.error().offset};
    return location;
  }
  if (!rest.starts_with('/')) {
    return Flaw{
        in_quotes(text) +
            " is not a location: write \"/prefix\", \"= /path\", \"^~ /prefix\", \"~ regex\" or "
            "\"~* regex\"",
        begin};
  }
  return location;
}

}  // namespace signgate::config
