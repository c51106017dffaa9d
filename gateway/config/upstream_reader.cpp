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

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

constexpr std::array peer_parameters = {"weight"sv,    "max_fails"sv, "fail_timeout"sv,
                                        "max_conns"sv, "backup"sv,    "down"sv};
constexpr std::uint32_t largest_count = 65'535;

/// read_count reads `text` into `out`; the flaw begins with the parameter's name.
std::optional<Flaw> read_count(std::string_view name, std::string_view text, std::uint32_t min,
                               std::uint32_t& out) {
  const auto count = parse_count(text, min, largest_count);
  if (!count) return Flaw{std::string{name} + ' ' + count.error().message, 0};
  out = *count;
  return std::nullopt;
}

std::optional<Flaw> read_parameter(std::string_view word, Peer& peer) {
  if (word == "backup") {
    peer.backup = true;
    return std::nullopt;
  }
  if (word == "down") {
    peer.down = true;
    return std::nullopt;
  }
  const std::size_t equals = word.find('=');
  const std::string_view name = word.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
  const bool is_known =
      std::find(peer_parameters.begin(), peer_parameters.end(), name) != peer_parameters.end();
  if (is_known && (name == "backup" || name == "down"))
    return Flaw{std::string{name} + " takes no value", 0};
  if (is_known && equals == std::string_view::npos)
    return Flaw{std::string{name} + " needs a value", 0};
  if (name == "weight") return read_count(name, value, 1, peer.weight);
  if (name == "max_fails") return read_count(name, value, 0, peer.max_fails);
  if (name == "max_conns") return read_count(name, value, 0, peer.max_conns);
  if (name == "fail_timeout") {
    const auto span = parse_duration(value);
    if (!span) return Flaw{"fail_timeout " + span.error().message, 0};
    peer.fail_timeout = *span;
    return std::nullopt;
  }
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
  // The one balance that there is; the key stands so that the others are refused by name.
  int balance = 0;
  table.choice("balance", {{"round_robin"sv, 0}}, balance);
  config.upstreams.push_back(std::move(upstream));
}

}  // namespace signgate::config
