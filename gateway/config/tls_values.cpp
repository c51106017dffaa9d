// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/tls_values.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/units.hpp"

namespace signgate::config {
namespace {

// nginx: eight pages.
constexpr std::uint64_t smallest_cache = 32 * limits::kib;
constexpr std::uint64_t largest_cache = std::uint64_t{4} * 1024 * limits::mib;
constexpr std::uint32_t most_sessions = 10'000'000;

Parsed<TlsSessionCache> parse_cache_word(std::string_view word) {
  using Kind = TlsSessionCache::Kind;
  TlsSessionCache cache;
  if (word == "off" || word == "none") {
    cache.kind = word == "off" ? Kind::off : Kind::none;
    return cache;
  }
  const std::size_t colon = word.find(':');
  const std::string_view name = word.substr(0, colon);
  const std::string_view rest =
      colon == std::string_view::npos ? std::string_view{} : word.substr(colon + 1);
  if (name == "builtin") {
    cache.kind = Kind::builtin;
    cache.size = limits::tls_builtin_sessions;
    if (colon == std::string_view::npos) return cache;
    const auto count = parse_count(rest, 1, most_sessions);
    if (!count) return Flaw{"has a number of sessions that " + count.error().message, colon + 1};
    cache.size = *count;
    return cache;
  }
  const std::size_t second = rest.find(':');
  if (name == "shared" && second != std::string_view::npos && second > 0) {
    cache.kind = Kind::shared;
    cache.name = rest.substr(0, second);
    const auto size = parse_size(rest.substr(second + 1));
    if (!size) return Flaw{"has a size that " + size.error().message, colon + second + 2};
    if (*size < smallest_cache || *size > largest_cache)
      return Flaw{"has a size that must be from 32k to 4g", colon + second + 2};
    cache.size = *size;
    return cache;
  }
  return Flaw{in_quotes(word) +
                  " is no session cache: write \"off\", \"none\", \"builtin\", "
                  "\"builtin:SESSIONS\" or \"shared:NAME:SIZE\"",
              0};
}

}  // namespace

Parsed<bool> add_tls_protocols(std::string_view text, TlsProtocols& protocols) {
  constexpr std::string_view legal = "; legal: \"TLSv1.2\", \"TLSv1.3\"";
  bool has_one = false;
  for (std::size_t begin = text.find_first_not_of(' '); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (word == "TLSv1.2") {
      protocols.tls_1_2 = true;
    } else if (word == "TLSv1.3") {
      protocols.tls_1_3 = true;
    } else {
      const bool is_old = word == "TLSv1" || word == "TLSv1.1" || word.starts_with("SSLv");
      return Flaw{(is_old ? in_quotes(word) + " is not served, since it is not secure"
                          : in_quotes(word) + " is no TLS version") +
                      std::string(legal),
                  begin};
    }
    has_one = true;
    begin = text.find_first_not_of(' ', end);
  }
  if (!has_one) return Flaw{"must name a TLS version" + std::string(legal), 0};
  return true;
}

Parsed<TlsSessionCache> parse_session_cache(std::string_view text) {
  TlsSessionCache chosen;
  bool has_one = false;
  for (std::size_t begin = text.find_first_not_of(' '); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    auto cache = parse_cache_word(text.substr(begin, end - begin));
    if (!cache) return Flaw{cache.error().message, begin + cache.error().offset};
    using Kind = TlsSessionCache::Kind;
    const bool pairs = (chosen.kind == Kind::builtin && cache->kind == Kind::shared) ||
                       (chosen.kind == Kind::shared && cache->kind == Kind::builtin);
    if (has_one && !pairs) return Flaw{"can combine nothing but \"builtin\" and \"shared\"", begin};
    if (!has_one || cache->kind == Kind::shared) chosen = std::move(*cache);
    has_one = true;
    begin = text.find_first_not_of(' ', end);
  }
  if (!has_one) return parse_cache_word(text);
  return chosen;
}

}  // namespace signgate::config
