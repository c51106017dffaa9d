// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/listen_parameters.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/nearest_name.hpp"
#include "gateway/config/units.hpp"

namespace signgate::config {
namespace {

using namespace std::string_view_literals;
using TcpKeepalive = ListenOptions::TcpKeepalive;

constexpr std::array legal = {"ssl"sv,       "default_server"sv, "proxy_protocol"sv, "backlog="sv,
                              "reuseport"sv, "so_keepalive="sv,  "ipv6only="sv,      "deferred"sv,
                              "fastopen="sv, "bind"sv,           "rcvbuf="sv,        "sndbuf="sv};
// Parameters of nginx's that are not for here, and why.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> not_here = {
    {{"http2", "HTTP/2 is not there yet: leave it out"},
     {"quic", "HTTP/3 is not there: leave it out"},
     {"spdy", "SPDY is not there: leave it out"},
     {"setfib=", "is for FreeBSD alone"},
     {"accept_filter=", "is for FreeBSD alone; on Linux deferred does the like"}}};
constexpr std::uint32_t largest = std::numeric_limits<std::int32_t>::max();
// What the system takes: TCP_KEEPIDLE and TCP_KEEPINTVL in seconds, TCP_KEEPCNT.
constexpr std::uint32_t longest_keepalive = 32767;
constexpr std::uint32_t most_probes = 127;

std::optional<std::uint32_t> keepalive_seconds(std::string_view text) {
  if (text.empty()) return 0;
  const auto span = parse_duration(text);
  if (!span || *span < std::chrono::seconds(1) || *span > std::chrono::seconds(longest_keepalive))
    return std::nullopt;
  return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(*span).count());
}

// "on", "off" or "IDLE:INTERVAL:COUNT", of which each may be left out, but not all.
std::optional<TcpKeepalive> parse_keepalive(std::string_view text) {
  TcpKeepalive keepalive;
  if (text == "on") return keepalive;
  if (text == "off") {
    keepalive.on = false;
    return keepalive;
  }
  const std::size_t first = text.find(':');
  const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos || text == "::") return std::nullopt;
  const auto idle = keepalive_seconds(text.substr(0, first));
  const auto interval = keepalive_seconds(text.substr(first + 1, second - first - 1));
  const std::string_view probes = text.substr(second + 1);
  const auto count =
      parse_count(probes.empty() ? "0" : probes, probes.empty() ? 0 : 1, most_probes);
  if (!idle || !interval || !count) return std::nullopt;
  keepalive.idle = *idle;
  keepalive.interval = *interval;
  keepalive.count = *count;
  return keepalive;
}

// Reads one parameter "NAME" or "NAME=VALUE" that is legal; a message when its value is not.
std::optional<std::string> read_one(std::string_view name, std::string_view value, Listen& listen) {
  if (name == "ssl") listen.ssl = true;
  if (name == "default_server") listen.default_server = true;
  if (name == "proxy_protocol") listen.proxy_protocol = true;
  if (name == "ssl" || name == "default_server" || name == "proxy_protocol") return std::nullopt;
  ListenOptions options = listen.options.value_or(ListenOptions{});
  if (name == "deferred") options.deferred = true;
  if (name == "backlog=" || name == "fastopen=") {
    const auto number = parse_count(value, 1, largest);
    if (!number) return std::string(name) + " " + number.error().message;
    (name == "backlog=" ? options.backlog : options.fastopen) = *number;
  }
  if (name == "rcvbuf=" || name == "sndbuf=") {
    const auto size = parse_size(value);
    if (!size) return std::string(name) + " " + size.error().message;
    if (*size == 0 || *size > largest) return std::string(name) + " must be from 1 to 2047m";
    (name == "rcvbuf=" ? options.rcvbuf : options.sndbuf) = static_cast<std::uint32_t>(*size);
  }
  if (name == "ipv6only=") {
    if (value != "on" && value != "off") return "ipv6only= must be on or off";
    if (!listen.address.starts_with('[')) return "ipv6only= is for IPv6 addresses";
    options.ipv6only = value == "on";
  }
  if (name == "so_keepalive=") {
    options.so_keepalive = parse_keepalive(value);
    if (!options.so_keepalive)
      return "so_keepalive= must be on, off or IDLE:INTERVAL:COUNT, such as 30m::10: spans from 1s "
             "to " +
             std::to_string(longest_keepalive) + "s and a number from 1 to " +
             std::to_string(most_probes);
  }
  listen.options = options;
  return std::nullopt;
}

}  // namespace

std::optional<Flaw> read_listen_parameters(std::string_view text, std::size_t begin, bool takes_any,
                                           Listen& listen) {
  while ((begin = text.find_first_not_of(' ', begin)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (!takes_any) return Flaw{"takes an address alone, without " + in_quotes(word), begin};
    const std::size_t equals = word.find('=');
    const std::string_view name =
        word.substr(0, equals == std::string_view::npos ? equals : equals + 1);
    const auto elsewhere = std::ranges::find(not_here, name, [](auto& each) { return each.first; });
    if (elsewhere != not_here.end()) {
      return Flaw{"has " + in_quotes(word) + ": " + std::string(elsewhere->second), begin};
    }
    if (std::find(legal.begin(), legal.end(), name) == legal.end()) {
      return Flaw{"has the unknown parameter " + in_quotes(word) + suggestion(name, legal) +
                      "; legal: " + listed(legal),
                  begin};
    }
    const auto wrong = read_one(name, word.substr(name.size()), listen);
    if (wrong) return Flaw{"has " + in_quotes(word) + ": " + *wrong, begin};
    begin = end;
  }
  return std::nullopt;
}

}  // namespace signgate::config
