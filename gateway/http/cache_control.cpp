// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/cache_control.hpp"

#include <algorithm>
#include <limits>

#include "gateway/http/cache_directives.hpp"
#include "gateway/http/http_date.hpp"

namespace signgate::http {
namespace {

using Directives = std::vector<CacheDirective>;

void remove_for_private(Directives& directives) {
  std::erase_if(directives, [](const CacheDirective& directive) {
    return directive.is("public") || directive.is("s-maxage") || directive.is("proxy-revalidate") ||
           (directive.is("private") && directive.argument);
  });
}

bool has(const Directives& directives, std::string_view name) {
  return std::any_of(directives.begin(), directives.end(),
                     [name](const CacheDirective& directive) { return directive.is(name); });
}

bool has_unqualified(const Directives& directives, std::string_view name) {
  return std::any_of(directives.begin(), directives.end(), [name](const CacheDirective& directive) {
    return directive.is(name) && !directive.argument;
  });
}

void add(Directives& directives, std::string_view name) {
  directives.push_back({std::string(name), name, std::nullopt});
}

// Cuts the directive down to `most`; a malformed one means stale. Written anew, since some caches
// take no quoted number, and would be left to their heuristics. Returns what holds now.
std::uint64_t cap(CacheDirective& directive, std::uint64_t most) {
  const auto stated = directive.argument ? parse_seconds(*directive.argument) : std::nullopt;
  const std::uint64_t seconds = stated ? std::min(*stated, most) : 0;
  directive.set(seconds);
  return seconds;
}

// Without it a cache that gets no answer may use what is stale, for how long nobody says. Beside
// Authorization it would let shared caches store what they may not (RFC 9111 section 3.5).
bool lacks_revalidation(const Directives& directives, const CacheBound& bound) {
  for (const std::string_view name :
       {"must-revalidate", "stale-while-revalidate", "stale-if-error"}) {
    if (has(directives, name)) return false;
  }
  return bound.make_private || !bound.authorized || has(directives, "public") ||
         has(directives, "s-maxage");
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
  Directives directives = parse_directives(value, DirectiveForm::cache_control);
  std::erase_if(directives, [](const CacheDirective& each) { return each.is("immutable"); });
  if (bound.make_private) remove_for_private(directives);

  std::uint64_t lifetime = 0;
  bool has_max_age = false;
  for (CacheDirective& directive : directives) {
    if (!directive.is("max-age") && !directive.is("s-maxage")) continue;
    lifetime = std::max(lifetime, cap(directive, limit));
    has_max_age = has_max_age || directive.is("max-age");
  }

  const bool no_store =
      has_unqualified(directives, "no-store") && !has(directives, "must-understand");
  const bool no_cache = has_unqualified(directives, "no-cache");
  if (!has_max_age && !no_store && !no_cache) {
    add(directives, "max-age");
    directives.back().set(std::min(bound.implied, limit));
    lifetime = std::max(lifetime, std::min(bound.implied, limit));
  }

  const std::uint64_t left = limit - lifetime;
  std::erase_if(directives, [left](CacheDirective& directive) {
    const bool stale = directive.is("stale-while-revalidate") || directive.is("stale-if-error");
    return stale && cap(directive, left) == 0;
  });
  if (no_store) return join_directives(directives);
  if (bound.make_private && !has_unqualified(directives, "private")) add(directives, "private");
  if (!no_cache && lacks_revalidation(directives, bound)) add(directives, "must-revalidate");
  return join_directives(directives);
}

std::string cap_expires(std::string_view value, UnixSeconds now, std::uint64_t seconds) {
  const auto expires = parse_http_date(value, now);
  if (!expires) return "0";
  const UnixSeconds latest = now + static_cast<UnixSeconds>(std::min(seconds, most_seconds));
  return *expires <= latest ? std::string(value) : format_http_date(latest);
}

std::uint64_t parse_age(std::string_view value) noexcept {
  if (value.starts_with('"')) return 0;
  return parse_seconds(value).value_or(0);
}

std::uint64_t implied_lifetime(const Dates& dates, UnixSeconds now) noexcept {
  const UnixSeconds date = parse_http_date(dates.date, now).value_or(now);
  if (!dates.expires.empty()) {
    const auto expires = parse_http_date(dates.expires, now);
    if (!expires) return 0;
    const UnixSeconds from_now = *expires - now + static_cast<UnixSeconds>(dates.age);
    return static_cast<std::uint64_t>(
        std::max<UnixSeconds>(std::min(*expires - date, from_now), 0));
  }
  const auto modified = parse_http_date(dates.last_modified, now);
  return modified && *modified < date ? static_cast<std::uint64_t>(date - *modified) / 10 : 0;
}

}  // namespace signgate::http
