// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/cache_control.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "gateway/http/http_date.hpp"
#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

// RFC 9111 section 1.2.2: a recipient takes a larger number for this one.
constexpr std::uint64_t most_seconds = 2147483648;

struct Directive {
  std::string text;  // as it goes out
  std::string_view name;
  std::optional<std::string_view> argument;

  [[nodiscard]] bool is(std::string_view lower) const noexcept {
    return equal_ignoring_case(name, lower);
  }
  void set(std::uint64_t seconds) { text.assign(name).append("=").append(std::to_string(seconds)); }
};

// Blanks between two words part them; those around `=` do not.
bool parts_words(std::string_view text, std::size_t blank) noexcept {
  const std::size_t before = text.find_last_not_of(" \t", blank);
  const std::size_t after = text.find_first_not_of(" \t", blank);
  return before != std::string_view::npos && after != std::string_view::npos &&
         text[before] != '=' && text[after] != '=';
}

// Cache-Control knows the comma alone, but `public; max-age=9` and `public max-age=9` are seen, and
// some caches (nginx among them) look for the words wherever they stand.
enum class Separators { comma, comma_semicolon_blank };

bool separates(std::string_view text, std::size_t at, Separators separators) noexcept {
  switch (text[at]) {
    case ',':
      return true;
    case ';':
      return separators == Separators::comma_semicolon_blank;
    case ' ':
    case '\t':
      return separators == Separators::comma_semicolon_blank && parts_words(text, at);
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
ElementEnd element_end(std::string_view text, Separators separators) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (separates(text, i, separators)) return {i, false};
    if (text[i] != '"') continue;
    std::size_t close = i + 1;
    while (close < text.size() && text[close] != '"')
      close += text[close] == '\\' ? 2 : 1;
    if (close >= text.size()) {
      while (i < text.size() && !separates(text, i, separators))
        ++i;
      return {i, true};
    }
    i = close;
  }
  return {text.size(), false};
}

std::vector<Directive> parse_directives(std::string_view value, Separators separators) {
  std::vector<Directive> directives;
  while (!value.empty()) {
    const ElementEnd end = element_end(value, separators);
    std::string_view element = trim_ows(value.substr(0, end.at));
    value.remove_prefix(std::min(end.at + 1, value.size()));
    if (element.empty()) continue;
    const std::size_t equals = element.find('=');
    Directive directive;
    directive.name = trim_ows(element.substr(0, equals));
    if (equals != std::string_view::npos) directive.argument = trim_ows(element.substr(equals + 1));
    // Caches differ in what they read behind a lone quote. So it goes, and the directives after it
    // are kept, and bounded. What remains of its own directive is the stricter reading (private="a
    // -> private).
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

std::string join(const std::vector<Directive>& directives) {
  std::string value;
  for (const Directive& directive : directives) {
    if (!value.empty()) value.append(", ");
    value.append(directive.text);
  }
  return value;
}

void remove_for_private(std::vector<Directive>& directives) {
  std::erase_if(directives, [](const Directive& directive) {
    return directive.is("public") || directive.is("s-maxage") || directive.is("proxy-revalidate") ||
           (directive.is("private") && directive.argument);
  });
}

bool has_unqualified(const std::vector<Directive>& directives, std::string_view name) {
  return std::any_of(directives.begin(), directives.end(), [name](const Directive& directive) {
    return directive.is(name) && !directive.argument;
  });
}

// Cuts the directive down to `most`; a malformed one means stale. Returns what holds now.
std::uint64_t cap(Directive& directive, std::uint64_t most) {
  const auto stated = directive.argument ? parse_seconds(*directive.argument) : std::nullopt;
  if (stated && *stated <= most) return *stated;
  const std::uint64_t seconds = stated ? most : 0;
  directive.set(seconds);
  return seconds;
}

std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) noexcept {
  return a > std::numeric_limits<std::uint64_t>::max() - b
             ? std::numeric_limits<std::uint64_t>::max()
             : a + b;
}

}  // namespace

std::uint64_t CacheBound::limit() const noexcept {
  return std::min(saturating_add(seconds, age), most_seconds);
}

std::string cap_cache_control(std::string_view value, const CacheBound& bound) {
  const std::uint64_t limit = bound.limit();
  std::vector<Directive> directives = parse_directives(value, Separators::comma_semicolon_blank);
  std::erase_if(directives, [](const Directive& directive) { return directive.is("immutable"); });
  if (bound.make_private) remove_for_private(directives);

  std::uint64_t lifetime = 0;
  bool has_max_age = false;
  for (Directive& directive : directives) {
    if (!directive.is("max-age") && !directive.is("s-maxage")) continue;
    lifetime = std::max(lifetime, cap(directive, limit));
    has_max_age = has_max_age || directive.is("max-age");
  }

  const bool no_store = has_unqualified(directives, "no-store");
  if (!has_max_age && !no_store && !has_unqualified(directives, "no-cache")) {
    Directive added{{}, "max-age", std::nullopt};
    added.set(std::min(bound.implied, limit));
    lifetime = std::max(lifetime, std::min(bound.implied, limit));
    directives.push_back(std::move(added));
  }

  const std::uint64_t left = limit - lifetime;
  std::erase_if(directives, [left](Directive& directive) {
    const bool stale = directive.is("stale-while-revalidate") || directive.is("stale-if-error");
    return stale && cap(directive, left) == 0;
  });
  if (bound.make_private && !no_store && !has_unqualified(directives, "private")) {
    directives.push_back({"private", "private", std::nullopt});
  }
  return join(directives);
}

std::string cap_surrogate_control(std::string_view value, const CacheBound& bound) {
  if (bound.make_private) return {};
  const std::uint64_t limit = bound.limit();
  std::vector<Directive> directives = parse_directives(value, Separators::comma);
  for (Directive& directive : directives) {
    if (!directive.is("max-age")) continue;
    const std::string_view argument = directive.argument.value_or("");
    const std::size_t semicolon = std::min(argument.find(';'), argument.size());
    const std::string_view times = trim_ows(argument.substr(0, semicolon));
    const std::size_t plus = times.find('+');
    const auto fresh = parse_seconds(trim_ows(times.substr(0, plus)));
    const auto stale =
        plus == std::string_view::npos ? 0 : parse_seconds(trim_ows(times.substr(plus + 1)));
    const std::uint64_t capped_fresh = std::min(fresh.value_or(0), limit);
    const std::uint64_t capped_stale =
        fresh ? std::min(stale.value_or(0), limit - capped_fresh) : 0;
    directive.set(capped_fresh);
    if (capped_stale != 0) directive.text.append("+").append(std::to_string(capped_stale));
    if (fresh && stale) directive.text.append(argument.substr(semicolon));
  }
  return join(directives);
}

std::string cap_expires(std::string_view value, UnixSeconds now, std::uint64_t seconds) {
  const auto expires = parse_http_date(value, now);
  if (!expires) return "0";
  const UnixSeconds latest = now + static_cast<UnixSeconds>(std::min(seconds, most_seconds));
  return *expires <= latest ? std::string(value) : format_http_date(latest);
}

bool is_targeted_cache_control(std::string_view name) noexcept {
  static constexpr std::string_view suffix = "-cdn-cache-control";
  if (equal_ignoring_case(name, suffix.substr(1))) return true;
  return name.size() > suffix.size() &&
         equal_ignoring_case(name.substr(name.size() - suffix.size()), suffix);
}

std::uint64_t parse_age(std::string_view value) noexcept {
  if (value.starts_with('"')) return 0;
  return parse_seconds(value).value_or(0);
}

std::uint64_t implied_lifetime(const Dates& dates, UnixSeconds now) noexcept {
  const UnixSeconds date = parse_http_date(dates.date, now).value_or(now);
  if (!dates.expires.empty()) {
    const auto expires = parse_http_date(dates.expires, now);
    return expires && *expires > date ? static_cast<std::uint64_t>(*expires - date) : 0;
  }
  const auto modified = parse_http_date(dates.last_modified, now);
  return modified && *modified < date ? static_cast<std::uint64_t>(date - *modified) / 10 : 0;
}

}  // namespace signgate::http
