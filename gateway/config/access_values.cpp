// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/access_values.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/base/limits.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/location.hpp"
#include "gateway/config/units.hpp"
#include "gateway/config/words.hpp"

namespace signgate::config {
namespace {

constexpr std::uint32_t most_requests = 2'000'000;  // in thousandths this still fits 32 bits
constexpr std::uint64_t least_zone = 32 * limits::kib;

bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Flaw at(const Word& word, std::string message, std::size_t more = 0) {
  return {std::move(message), word.offset + more};
}

// "zone=NAME:SIZE"
Parsed<bool> read_zone(const Word& word, LimitZone& zone) {
  const std::string_view text = std::string_view(word.text).substr(5);
  const std::size_t colon = text.find(':');
  const auto size =
      parse_size(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1));
  if (colon == std::string_view::npos || colon == 0 || !size) {
    return at(word, "has " + in_quotes(word.text) +
                        ": write \"zone=NAME:SIZE\", such as \"zone=one:10m\"");
  }
  if (*size < least_zone || *size > limits::limit_zone)
    return at(word, "has a zone of " + in_quotes(text.substr(colon + 1)) + ": legal is 32k to 1g");
  zone.name = text.substr(0, colon);
  zone.size = *size;
  return true;
}

// "rate=NUMBERr/s" or "rate=NUMBERr/m"
Parsed<bool> read_rate(const Word& word, LimitZone& zone) {
  std::string_view text = std::string_view(word.text).substr(5);
  std::uint64_t scale = 1;
  const bool by_minute = text.ends_with("r/m");
  if (by_minute || text.ends_with("r/s")) {
    scale = by_minute ? 60 : 1;
    text.remove_suffix(3);
  } else {
    text = {};
  }
  const auto number = parse_count(text, 1, most_requests);
  if (!number) {
    return at(word, "has " + in_quotes(word.text) +
                        ": write \"rate=NUMBERr/s\" or \"rate=NUMBERr/m\", with 1 to 2000000");
  }
  zone.milli_rate = std::uint64_t{*number} * 1000 / scale;
  return true;
}

Parsed<LimitZone> parse_zone(std::string_view text, bool has_rate) {
  const auto words = split_words(text);
  if (!words) return words.error();
  const std::string form =
      has_rate ? "\"KEY zone=NAME:SIZE rate=NUMBERr/s\"" : "\"KEY zone=NAME:SIZE\"";
  if (words->empty()) return Flaw{"is empty: write " + form, 0};
  LimitZone zone;
  zone.key = words->front().text;
  if (const auto variables = check_variables(zone.key); !variables)
    return at(words->front(), variables.error().message, variables.error().offset);
  for (std::size_t i = 1; i < words->size(); ++i) {
    const Word& word = (*words)[i];
    Parsed<bool> read = true;
    if (word.text.starts_with("zone=")) {
      read = read_zone(word, zone);
    } else if (has_rate && word.text.starts_with("rate=")) {
      read = read_rate(word, zone);
    } else {
      return at(word, "has the unknown word " + in_quotes(word.text) + ": write " + form);
    }
    if (!read) return read.error();
  }
  if (zone.name.empty()) return Flaw{"has no \"zone=NAME:SIZE\": write " + form, 0};
  if (has_rate && zone.milli_rate == 0) zone.milli_rate = 1000;  // nginx: a request a second
  return zone;
}

// Whether `*` stands only where names of servers have it: "*.rest", ".rest", "rest.*".
bool is_host_pattern(std::string_view host) noexcept {
  if (host.starts_with("*.")) {
    host.remove_prefix(2);
  } else if (host.starts_with('.')) {
    host.remove_prefix(1);
  } else if (host.ends_with(".*")) {
    host.remove_suffix(2);
  }
  return !host.empty() && host.find('*') == std::string_view::npos;
}

}  // namespace

Parsed<Network> parse_access_network(std::string_view text) {
  const auto network = parse_network(text);
  if (network) return *network;
  return Flaw{in_quotes(text) +
                  " is no network: write an address, \"10.0.0.0/8\", \"2001:db8::/32\", \"unix:\" "
                  "or \"all\"",
              0};
}

Parsed<AccessRule> parse_access_rule(std::string_view text) {
  const auto words = split_words(text);
  if (!words) return words.error();
  const bool known =
      words->size() == 2 && (words->front().text == "allow" || words->front().text == "deny");
  if (!known)
    return Flaw{in_quotes(text) + " is no rule: write \"allow NETWORK\" or \"deny NETWORK\"", 0};
  const Word& named = words->back();
  const auto network = parse_access_network(named.text);
  if (!network) return at(named, "has " + network.error().message);
  return AccessRule{words->front().text == "allow", *network};
}

Parsed<LimitZone> parse_limit_req_zone(std::string_view text) {
  return parse_zone(text, true);
}

Parsed<LimitZone> parse_limit_conn_zone(std::string_view text) {
  return parse_zone(text, false);
}

Parsed<LimitReq> parse_limit_req(std::string_view text) {
  const auto words = split_words(text);
  if (!words) return words.error();
  LimitReq limit;
  for (const Word& word : *words) {
    const std::string_view written = word.text;
    const std::size_t equals = written.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : written.substr(equals + 1);
    if (written.starts_with("zone=") && !value.empty()) {
      limit.zone = value;
    } else if (written == "nodelay") {
      limit.milli_delay = LimitReq::no_delay;
    } else if (written.starts_with("burst=") || written.starts_with("delay=")) {
      const auto number = parse_count(value, written.starts_with("burst=") ? 1 : 1, most_requests);
      if (!number) return at(word, "has a number that " + number.error().message, equals + 1);
      (written.starts_with("burst=") ? limit.milli_burst : limit.milli_delay) =
          std::uint64_t{*number} * 1000;
    } else {
      return at(word,
                "has the unknown word " + in_quotes(written) +
                    ": legal are \"zone=NAME\", \"burst=NUMBER\", \"nodelay\", \"delay=NUMBER\"");
    }
  }
  if (limit.zone.empty()) return Flaw{"names no zone: write \"zone=NAME burst=NUMBER nodelay\"", 0};
  return limit;
}

Parsed<LimitConn> parse_limit_conn(std::string_view text) {
  const auto words = split_words(text);
  if (!words) return words.error();
  if (words->size() != 2) return Flaw{in_quotes(text) + " is no limit: write \"ZONE NUMBER\"", 0};
  const auto number = parse_count(words->back().text, 1, 65535);
  if (!number) return at(words->back(), "has a number that " + number.error().message);
  return LimitConn{words->front().text, *number};
}

Parsed<bool> add_referer(std::string_view word, Referers& referers) {
  if (word == "none") {
    referers.none = true;
  } else if (word == "blocked") {
    referers.blocked = true;
  } else if (word == "server_names") {
    referers.server_names = true;
  } else if (word.starts_with('~')) {
    const auto pattern = check_regex(word.substr(1), true);
    if (!pattern) return Flaw{pattern.error().message, pattern.error().offset + 1};
    referers.patterns.emplace_back(word.substr(1));
  } else {
    const std::string_view host = word.substr(0, word.find('/'));
    if (word.find("://") != std::string_view::npos || !is_host_pattern(host)) {
      return Flaw{
          in_quotes(word) +
              " is no referer: write \"none\", \"blocked\", \"server_names\", a host such as "
              "\"example.com\", \"*.example.com\" or \"www.example.*\", without scheme, or "
              "\"~REGEX\"",
          0};
    }
    referers.names.emplace_back(word);
  }
  return true;
}

Parsed<TrustedPeer> parse_trusted_peer(std::string_view text) {
  if (text == "all") return Flaw{"cannot be \"all\": name the networks of your own proxies", 0};
  if (const auto network = parse_network(text)) return TrustedPeer{*network};
  const std::string_view labels = text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
  const std::string_view last = labels.substr(labels.find_last_of('.') + 1);  // npos + 1 is 0
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool is_host = !text.empty() && text.size() <= limits::host_name && text.front() != '.' &&
                       text.find("..") == std::string_view::npos &&
                       std::all_of(text.begin(), text.end(), [&](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
                                c == '-' || c == '.' || c == '_';
                       });
  // "10.0.0.300" is a slip, and no name in the DNS ends in a number.
  if (is_host && !std::all_of(last.begin(), last.end(), is_digit)) {
    return TrustedPeer{std::string(text)};
  }
  return Flaw{
      in_quotes(text) +
          " is no proxy: write an address, \"10.0.0.0/8\", \"2001:db8::/32\", \"unix:\" or a "
          "host's name",
      0};
}

bool is_own_uri(std::string_view text) noexcept {
  return text.starts_with('/') && text.find_first_of(" \t#$") == std::string_view::npos;
}

Parsed<std::string> parse_user_variable(std::string_view text) {
  // "$1x" is the first capture and an "x".
  if (!text.starts_with('$') || !is_name(text.substr(1)) || (text[1] >= '1' && text[1] <= '9'))
    return Flaw{in_quotes(text) + " is no variable: write \"$name\"", 0};
  const std::string_view name = text.substr(1);
  if (is_builtin_variable(name))
    return Flaw{in_quotes(text) + " has a value already: choose another name", 0};
  return {boost::system::in_place_value, name};
}

}  // namespace signgate::config
