// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/edge_caching.hpp"

#include <algorithm>

#include "gateway/http/cache_directives.hpp"
#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

struct SurrogateAge {
  std::uint64_t fresh = 0;
  std::uint64_t stale = 0;
  std::string_view target;  // from the semicolon on
};

// max-age=N, =N+M, =N;TARGET. What is malformed is stale at once, for whoever it was meant.
SurrogateAge read_surrogate_age(std::string_view argument, std::uint64_t limit) {
  const std::size_t semicolon = std::min(argument.find(';'), argument.size());
  const std::string_view times = trim_ows(argument.substr(0, semicolon));
  const std::size_t plus = times.find('+');
  const auto fresh = parse_seconds(trim_ows(times.substr(0, plus)));
  if (!fresh) return {};
  SurrogateAge age;
  age.fresh = std::min(*fresh, limit);
  const auto stale =
      plus == std::string_view::npos ? 0 : parse_seconds(trim_ows(times.substr(plus + 1)));
  if (!stale) return age;
  age.stale = std::min(*stale, limit - age.fresh);
  age.target = argument.substr(semicolon);
  return age;
}

}  // namespace

bool is_targeted_cache_control(std::string_view name) noexcept {
  static constexpr std::string_view suffix = "-cache-control";
  return name.size() > suffix.size() &&
         equal_ignoring_case(name.substr(name.size() - suffix.size()), suffix);
}

std::string cap_targeted_cache_control(std::string_view value, const CacheBound& bound) {
  if (parse_directives(value, DirectiveForm::cache_control).empty()) return {};
  return bound.make_private ? "no-store" : cap_cache_control(value, bound);
}

std::string cap_surrogate_control(std::string_view value, const CacheBound& bound) {
  if (bound.make_private) return {};
  const std::uint64_t limit = bound.limit();
  std::uint64_t lifetime = 0;
  std::vector<CacheDirective> directives =
      parse_directives(value, DirectiveForm::surrogate_control);
  for (CacheDirective& directive : directives) {
    if (!directive.is("max-age")) continue;
    const SurrogateAge age = read_surrogate_age(directive.argument.value_or(""), limit);
    lifetime = std::max(lifetime, age.fresh);
    directive.set(age.fresh);
    if (age.stale != 0) directive.text.append("+").append(std::to_string(age.stale));
    directive.text.append(age.target);
  }
  std::erase_if(directives, [left = limit - lifetime](CacheDirective& directive) {
    if (!directive.is("stale-while-revalidate") && !directive.is("stale-if-error")) return false;
    const auto stated = directive.argument ? parse_seconds(*directive.argument) : std::nullopt;
    directive.set(std::min(stated.value_or(0), left));
    return std::min(stated.value_or(0), left) == 0;
  });
  return join_directives(directives);
}

std::string strip_edge_control(std::string_view value) {
  std::vector<CacheDirective> directives = parse_directives(value, DirectiveForm::cache_control);
  std::erase_if(directives, [](const CacheDirective& directive) {
    return directive.is("max-age") || directive.is("cache-maxage") ||
           directive.is("downstream-ttl") || directive.name.starts_with('!');
  });
  return join_directives(directives);
}

std::string cap_accel_expires(std::string_view value, UnixSeconds now, const CacheBound& bound) {
  const bool is_time = value.starts_with('@');
  if (value.find('"') != std::string_view::npos) return {};
  const auto stated = parse_seconds(value.substr(is_time ? 1 : 0));
  if (!stated) return {};
  if (bound.make_private) return "0";
  const std::uint64_t seconds = std::min(bound.seconds, most_seconds);
  if (!is_time) return std::to_string(std::min(*stated, seconds));
  const std::uint64_t latest = static_cast<std::uint64_t>(std::max<UnixSeconds>(now, 0)) + seconds;
  return "@" + std::to_string(std::min(*stated, latest));
}

}  // namespace signgate::http
