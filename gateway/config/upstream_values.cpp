// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/upstream_values.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/config/address.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/nearest_name.hpp"
#include "gateway/config/units.hpp"

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t largest_count = 65'535;
constexpr std::string_view balances =
    "\"round_robin\", \"least_conn\", \"ip_hash\", \"hash KEY\", \"hash KEY consistent\", "
    "\"random\", \"random two\" or \"random two least_conn\"";

/// Word is one of the words of a value, with its place in it.
struct Word {
  std::string_view text;
  std::size_t offset;

  /// name is what stands before "=", value what follows; without "=" the value has no data.
  [[nodiscard]] std::string_view name() const { return text.substr(0, text.find('=')); }
  [[nodiscard]] std::string_view value() const {
    const std::size_t equals = text.find('=');
    return equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  }
};

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t begin = text.find_first_not_of(' '); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    words.push_back({text.substr(begin, end - begin), begin});
    begin = text.find_first_not_of(' ', end);
  }
  return words;
}

std::optional<Flaw> read_span(const Word& word, Milliseconds least, Milliseconds& out) {
  const auto span = parse_duration(word.value());
  if (!span) return Flaw{std::string(word.name()) + ' ' + span.error().message, word.offset};
  if (*span < least) return Flaw{std::string(word.name()) + " cannot be 0", word.offset};
  out = *span;
  return std::nullopt;
}

std::optional<Flaw> read_count(const Word& word, std::uint32_t least, std::uint32_t& out) {
  const auto count = parse_count(word.value(), least, largest_count);
  if (!count) return Flaw{std::string(word.name()) + ' ' + count.error().message, word.offset};
  out = *count;
  return std::nullopt;
}

std::optional<Flaw> read_statuses(const Word& word, std::vector<std::pair<int, int>>& out) {
  out.clear();
  std::string_view rest = word.value();
  while (true) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view item = rest.substr(0, comma);
    const std::size_t dash = item.find('-');
    const auto from = parse_count(item.substr(0, dash), 100, 599);
    const auto to =
        dash == std::string_view::npos ? from : parse_count(item.substr(dash + 1), 100, 599);
    if (!from || !to || *to < *from) {
      return Flaw{
          "status must hold statuses from 100 to 599 and ranges of them between commas, "
          "such as \"200-299,304\"",
          word.offset};
    }
    out.emplace_back(static_cast<int>(*from), static_cast<int>(*to));
    if (comma == rest.size()) return std::nullopt;
    rest.remove_prefix(comma + 1);
  }
}

std::optional<Flaw> read_uri(const Word& word, std::string& out) {
  const std::string_view uri = word.value();
  const bool legal = uri.starts_with('/') && std::all_of(uri.begin(), uri.end(), [](char c) {
                       return c > 0x20 && c < 0x7F && c != '#';
                     });
  if (!legal)
    return Flaw{"uri must begin with \"/\" and hold no fragment and no bytes outside of ASCII",
                word.offset};
  out = uri;
  return std::nullopt;
}

std::optional<Flaw> read_host(const Word& word, std::string& out) {
  const std::string_view host = word.value();
  const bool legal = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return c > 0x20 && c < 0x7F && std::string_view("\"/?#@\\,$").find(c) == std::string_view::npos;
  });
  if (!legal)
    return Flaw{
        "host must be a name or an address, with a port or without, such as www.example.com",
        word.offset};
  out = host;
  return std::nullopt;
}

std::optional<Flaw> read_switch(const Word& word, bool& out) {
  if (word.value() != "on" && word.value() != "off")
    return Flaw{std::string(word.name()) + " must be \"on\" or \"off\"", word.offset};
  out = word.value() == "on";
  return std::nullopt;
}

}  // namespace

Parsed<Balance> parse_balance(std::string_view text) {
  const std::vector<Word> words = words_of(text);
  const auto is = [&](std::initializer_list<std::string_view> wanted) {
    return std::equal(words.begin(), words.end(), wanted.begin(), wanted.end(),
                      [](const Word& word, std::string_view each) { return word.text == each; });
  };
  Balance balance;
  using enum BalanceMethod;
  if (is({"round_robin"})) {
    balance.method = round_robin;
  } else if (is({"least_conn"})) {
    balance.method = least_conn;
  } else if (is({"ip_hash"})) {
    balance.method = ip_hash;
  } else if (is({"random"})) {
    balance.method = random;
  } else if (is({"random", "two"}) || is({"random", "two", "least_conn"})) {
    balance.method = random_two;
  } else if (!words.empty() && words[0].text == "hash" &&
             (words.size() == 2 || (words.size() == 3 && words[2].text == "consistent"))) {
    balance.method = words.size() == 3 ? hash_consistent : hash;
    balance.key = words[1].text;
    const auto variables = check_variables(balance.key);
    if (!variables)
      return Flaw{variables.error().message, words[1].offset + variables.error().offset};
  } else {
    return Flaw{"is " + in_quotes(text) + "; legal: " + std::string(balances), 0};
  }
  return balance;
}

Parsed<std::string> parse_zone(std::string_view text) {
  const std::vector<Word> words = words_of(text);
  if (words.empty() || words.size() > 2)
    return Flaw{in_quotes(text) + " is no zone: write \"NAME SIZE\", such as \"app 64k\"", 0};
  if (words.size() == 2) {
    const Word& last = words.back();
    const auto size = parse_size(last.text);
    if (!size) return Flaw{"has a size that " + size.error().message, last.offset};
    if (*size < 32 * limits::kib)
      return Flaw{"has a size of " + in_quotes(last.text) + ": legal is 32k or more", last.offset};
  }
  return {boost::system::in_place_value, words.front().text};
}

Parsed<HealthCheck> parse_health_check(std::string_view text) {
  static constexpr std::array names = {"interval"sv, "jitter"sv, "fails"sv,  "passes"sv,
                                       "uri"sv,      "port"sv,   "status"sv, "mandatory"sv,
                                       "timeout"sv,  "tls"sv,    "host"sv};
  HealthCheck check;
  const std::vector<Word> words = words_of(text);
  if (words.size() == 1 && words[0].text == "on") return check;
  if (words.empty()) return Flaw{"must be \"on\" or name what differs, such as \"uri=/health\"", 0};
  std::set<std::string_view> seen;
  for (const Word& word : words) {
    const std::string_view name = word.name();
    if (!seen.insert(name).second)
      return Flaw{"names " + std::string(name) + " twice", word.offset};
    std::optional<Flaw> flaw;
    if (word.text == "mandatory") {
      check.mandatory = true;
    } else if (name == "interval") {
      flaw = read_span(word, Milliseconds{1}, check.interval);
    } else if (name == "jitter") {
      flaw = read_span(word, Milliseconds{0}, check.jitter);
    } else if (name == "timeout") {
      flaw = read_span(word, Milliseconds{1}, check.timeout);
    } else if (name == "fails") {
      flaw = read_count(word, 1, check.fails);
    } else if (name == "passes") {
      flaw = read_count(word, 1, check.passes);
    } else if (name == "port") {
      std::uint32_t port = 0;
      flaw = read_count(word, 0, port);
      check.port = static_cast<std::uint16_t>(port);
    } else if (name == "uri") {
      flaw = read_uri(word, check.uri);
    } else if (name == "host") {
      flaw = read_host(word, check.host);
    } else if (name == "tls") {
      flaw = read_switch(word, check.tls.emplace());
    } else if (name == "status") {
      flaw = read_statuses(word, check.status);
    } else {
      flaw = Flaw{"has the unknown parameter " + in_quotes(word.text) + suggestion(name, names) +
                      "; legal: " + listed(names),
                  word.offset};
    }
    if (flaw) return *flaw;
  }
  return check;
}

Parsed<Resolver> parse_resolver(std::string_view text) {
  static constexpr std::array names = {"valid"sv, "ipv4"sv, "ipv6"sv};
  Resolver resolver;
  for (const Word& word : words_of(text)) {
    std::optional<Flaw> flaw;
    const std::string_view name = word.name();
    if (word.text.find('=') == std::string_view::npos) {
      const auto address = parse_peer(word.text);
      const auto numeric = parse_listen(word.text);
      if (!address || !numeric || !address->unix_path.empty() || numeric->host == "*" ||
          numeric->host == "localhost") {
        return Flaw{in_quotes(word.text) +
                        " is not the address of a name server: write \"192.0.2.1\", "
                        "\"192.0.2.1:53\" or \"[2001:db8::1]:53\"",
                    word.offset};
      }
      resolver.servers.emplace_back(word.text);
    } else if (name == "valid") {
      flaw = read_span(word, Milliseconds{1}, resolver.valid);
    } else if (name == "ipv4") {
      flaw = read_switch(word, resolver.ipv4);
    } else if (name == "ipv6") {
      flaw = read_switch(word, resolver.ipv6);
    } else {
      flaw = Flaw{"has the unknown parameter " + in_quotes(name) + suggestion(name, names) +
                      "; legal: " + listed(names),
                  word.offset};
    }
    if (flaw) return *flaw;
  }
  if (resolver.servers.empty()) return Flaw{"must name the address of a name server", 0};
  if (!resolver.ipv4 && !resolver.ipv6) return Flaw{"has both ipv4=off and ipv6=off", 0};
  return resolver;
}

Parsed<NextUpstream> parse_next_upstream(std::string_view text) {
  static constexpr std::array names = {"error"sv,    "timeout"sv,  "invalid_header"sv, "http_500"sv,
                                       "http_502"sv, "http_503"sv, "http_504"sv,       "http_403"sv,
                                       "http_404"sv, "http_429"sv, "non_idempotent"sv, "off"sv};
  NextUpstream next{.error = false,
                    .timeout = false,
                    .invalid_header = false,
                    .non_idempotent = false,
                    .statuses = {}};
  const std::vector<Word> words = words_of(text);
  if (words.empty()) return Flaw{"must name a case, or be \"off\"", 0};
  for (const Word& word : words) {
    if (std::find(names.begin(), names.end(), word.text) == names.end()) {
      return Flaw{"has the unknown case " + in_quotes(word.text) + suggestion(word.text, names) +
                      "; legal: " + listed(names),
                  word.offset};
    }
    if (word.text == "off" && words.size() > 1)
      return Flaw{"has \"off\" beside other cases", word.offset};
    if (word.text == "error") next.error = true;
    if (word.text == "timeout") next.timeout = true;
    if (word.text == "invalid_header") next.invalid_header = true;
    if (word.text == "non_idempotent") next.non_idempotent = true;
    if (word.text.starts_with("http_"))
      next.statuses.push_back(static_cast<int>(*parse_count(word.text.substr(5), 100, 599)));
  }
  return next;
}

}  // namespace signgate::config
