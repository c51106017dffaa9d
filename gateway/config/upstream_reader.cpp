// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "gateway/config/address.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/nearest_name.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/units.hpp"
#include "gateway/config/upstream_values.hpp"

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

constexpr std::array peer_parameters = {"weight"sv,    "max_fails"sv,  "fail_timeout"sv,
                                        "max_conns"sv, "slow_start"sv, "backup"sv,
                                        "down"sv,      "resolve"sv};
constexpr std::array peer_switches = {"backup"sv, "down"sv, "resolve"sv};
constexpr std::uint32_t largest_count = 65'535;

/// read_count reads `text` into `out`; the flaw begins with the parameter's name.
std::optional<Flaw> read_count(std::string_view name, std::string_view text, std::uint32_t min,
                               std::uint32_t& out) {
  const auto count = parse_count(text, min, largest_count);
  if (!count) return Flaw{std::string{name} + ' ' + count.error().message, 0};
  out = *count;
  return std::nullopt;
}

/// read_span reads `text` into `out` likewise.
std::optional<Flaw> read_span(std::string_view name, std::string_view text, Milliseconds& out) {
  const auto span = parse_duration(text);
  if (!span) return Flaw{std::string{name} + ' ' + span.error().message, 0};
  out = *span;
  return std::nullopt;
}

std::optional<Flaw> read_parameter(std::string_view word, Peer& peer) {
  if (std::find(peer_switches.begin(), peer_switches.end(), word) != peer_switches.end()) {
    (word == "backup" ? peer.backup : word == "down" ? peer.down : peer.resolve) = true;
    return std::nullopt;
  }
  const std::size_t equals = word.find('=');
  const std::string_view name = word.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
  const bool is_known =
      std::find(peer_parameters.begin(), peer_parameters.end(), name) != peer_parameters.end();
  if (std::find(peer_switches.begin(), peer_switches.end(), name) != peer_switches.end())
    return Flaw{std::string{name} + " takes no value", 0};
  if (is_known && equals == std::string_view::npos)
    return Flaw{std::string{name} + " needs a value", 0};
  if (name == "weight") return read_count(name, value, 1, peer.weight);
  if (name == "max_fails") return read_count(name, value, 0, peer.max_fails);
  if (name == "max_conns") return read_count(name, value, 0, peer.max_conns);
  if (name == "fail_timeout") return read_span(name, value, peer.fail_timeout);
  if (name == "slow_start") return read_span(name, value, peer.slow_start);
  return Flaw{"has the unknown parameter " + in_quotes(name) + suggestion(name, peer_parameters) +
                  "; legal: " + listed(peer_parameters),
              0};
}

Parsed<Peer> parse_server_line(std::string_view text) {
  Peer peer;
  for (std::size_t begin = text.find_first_not_of(' '); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (peer.address.empty()) {
      const auto address = parse_peer(word);
      if (!address) return Flaw{address.error().message, begin + address.error().offset};
      peer.address = word;
    } else if (auto flaw = read_parameter(word, peer)) {
      return Flaw{std::move(flaw->message), begin};
    }
    begin = text.find_first_not_of(' ', end);
  }
  if (peer.address.empty())
    return Flaw{"must begin with an address, such as \"127.0.0.1:3000\"", 0};
  return peer;
}

void read_peers(TableReader& table, Upstream& upstream) {
  std::vector<Text> written;
  table.require("server", "the addresses of its servers, such as [\"127.0.0.1:3000\"]");
  const auto place = table.texts("server", written);
  if (!place) return;
  bool has_flaw = false;
  for (const Text& text : written) {
    auto peer = parse_server_line(text.value);
    if (!peer) {
      table.flaw("server", text.place, peer.error());
      has_flaw = true;
      continue;
    }
    peer->place = text.place;
    upstream.peers.push_back(std::move(*peer));
  }
  const bool has_primary = std::any_of(upstream.peers.begin(), upstream.peers.end(),
                                       [](const Peer& peer) { return !peer.backup; });
  if (!has_primary && !has_flaw) {
    table.error(*place, "server must name at least one server that is not a backup");
  }
}

/// check_balance refuses what nginx refuses: hashing and chance know no backups and no slow start.
void check_balance(TableReader& table, Place place, const Upstream& upstream) {
  using enum BalanceMethod;
  if (upstream.balance.method == round_robin || upstream.balance.method == least_conn) return;
  for (const Peer& peer : upstream.peers) {
    if (!peer.backup && peer.slow_start == Milliseconds{0}) continue;
    table.error(peer.place, std::string(peer.backup ? "backup" : "slow_start") +
                                " is legal with the balance round_robin and least_conn alone, not "
                                "with the one at line " +
                                std::to_string(place.line));
  }
}

}  // namespace

void read_upstream(const Text& name, TableReader& table, Config& config) {
  Upstream upstream;
  upstream.name = name.value;
  upstream.place = name.place;
  const auto as_host = parse_peer(name.value);
  if (!as_host || as_host->host != name.value) {
    table.error(name.place,
                in_quotes(name.value) +
                    " cannot name an upstream: write letters, digits, \"-\", \"_\" and \".\"");
  }
  read_peers(table, upstream);
  table.integer("keepalive", upstream.keepalive, 0U, largest_count);
  table.integer("keepalive_requests", upstream.keepalive_requests, std::uint64_t{1},
                std::uint64_t{std::numeric_limits<std::uint32_t>::max()});
  table.duration("keepalive_timeout", upstream.keepalive_timeout, Milliseconds{1});
  table.duration("keepalive_time", upstream.keepalive_time, Milliseconds{1});
  table.choice(
      "proxy_protocol",
      {{"off"sv, ProxyProtocol::off}, {"v1"sv, ProxyProtocol::v1}, {"v2"sv, ProxyProtocol::v2}},
      upstream.proxy_protocol);
  const auto balance = table.parsed("balance", parse_balance, upstream.balance);
  if (balance) check_balance(table, *balance, upstream);
  table.parsed("zone", parse_zone, upstream.zone);
  HealthCheck check;
  if (table.parsed("health_check", parse_health_check, check)) upstream.health_check = check;
  Resolver resolver;
  if (table.parsed("resolver", parse_resolver, resolver)) upstream.resolver = resolver;
  Milliseconds patience{};
  if (table.duration("resolver_timeout", patience, Milliseconds{1}))
    upstream.resolver_timeout = patience;
  config.upstreams.push_back(std::move(upstream));
}

}  // namespace signgate::config
