// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/address.hpp"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/units.hpp"

namespace signgate::config {
namespace {

constexpr std::string_view unix_scheme = "unix:";
constexpr std::size_t longest_socket_path = sizeof(sockaddr_un::sun_path) - 1;

bool is_ipv4(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// is_host_name: letters, digits, "-", "_" and "." as resolvers take them; RFC 1123 section 2.1 and
/// the underscores of container networks.
bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && text.front() != '.' && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

Parsed<Address> parse_unix(std::string_view text) {
  const std::string_view path = text.substr(unix_scheme.size());
  if (path.empty() || path.size() > longest_socket_path) {
    return Flaw{
        in_quotes(text) +
            " is not the address of a Unix socket: write \"unix:PATH\" with a path of 1 to " +
            std::to_string(longest_socket_path) + " bytes",
        0};
  }
  Address address;
  address.unix_path = path;
  return address;
}

/// split_port takes "host:port" or "[v6]:port" apart; an absent port is empty. False for brackets
/// that do not match, and for a colon too many.
bool split_port(std::string_view text, std::string_view& host, std::string_view& port,
                bool& has_port) {
  std::size_t colon = std::string_view::npos;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    host = text.substr(1, end - 1);
    if (end + 1 < text.size()) {
      if (text[end + 1] != ':') return false;
      colon = end + 1;
    }
  } else {
    colon = text.find(':');
    host = text.substr(0, colon);
  }
  has_port = colon != std::string_view::npos;
  port = has_port ? text.substr(colon + 1) : std::string_view{};
  return true;
}

}  // namespace

bool Address::is_numeric() const {
  return is_ipv4(host) || is_ipv6(host);
}

Parsed<Address> parse_listen(std::string_view text) {
  if (text.starts_with(unix_scheme)) return parse_unix(text);
  const Flaw illegal{
      in_quotes(text) +
          " is not an address to listen on: write \"address:port\", \"[::]:port\", \"port\", "
          "\"*:port\" or \"unix:PATH\"",
      0};
  Address address;
  if (is_digits(text)) {
    auto port = parse_count(text, 0, 65535);
    if (!port) return Flaw{"has a port that " + port.error().message, 0};
    address.host = "*";
    address.port = static_cast<std::uint16_t>(*port);
    return address;
  }
  std::string_view host;
  std::string_view port_text;
  bool has_port = false;
  if (!split_port(text, host, port_text, has_port)) return illegal;
  address.host = host;
  const bool bracketed = text.starts_with('[');
  const bool numeric = bracketed ? is_ipv6(address.host) : is_ipv4(address.host);
  if (!numeric && (bracketed || (address.host != "*" && address.host != "localhost")))
    return illegal;
  if (has_port) {
    auto port = parse_count(port_text, 0, 65535);
    if (!port) {
      return Flaw{"has a port that " + port.error().message,
                  static_cast<std::size_t>(port_text.data() - text.data())};
    }
    address.port = static_cast<std::uint16_t>(*port);
  }
  return address;
}

Parsed<std::vector<std::string>> expand_listen(std::string_view text) {
  std::vector<std::string> addresses;
  const std::size_t dash = text.starts_with(unix_scheme) ? std::string_view::npos : text.rfind('-');
  const std::string_view head = text.substr(0, dash);
  const std::size_t begin = head.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
  if (dash == std::string_view::npos || (begin != 0 && head[begin - 1] != ':')) {
    addresses.emplace_back(text);
    return addresses;
  }
  const auto first = parse_count(head.substr(begin), 1, 65535);
  if (!first) return Flaw{"has a port that " + first.error().message, begin};
  const auto last = parse_count(text.substr(dash + 1), *first, 65535);
  if (!last) return Flaw{"has a last port that " + last.error().message, dash + 1};
  if (*last - *first >= most_ports)
    return Flaw{"has a range of more than " + std::to_string(most_ports) + " ports", begin};
  for (std::uint32_t port = *first; port <= *last; ++port)
    addresses.push_back(std::string(head.substr(0, begin)) + std::to_string(port));
  return addresses;
}

Address canonical(Address address) {
  if (address.host == "localhost") address.host = "127.0.0.1";
  if (address.host == "0.0.0.0") address.host = "*";
  in6_addr v6{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_pton(AF_INET6, address.host.c_str(), &v6) == 1)
    address.host = inet_ntop(AF_INET6, &v6, text.data(), text.size());
  return address;
}

bool covers(const Address& wildcard, const Address& other) {
  if (!wildcard.unix_path.empty() || !other.unix_path.empty() || wildcard == other ||
      wildcard.port != other.port || wildcard.port == 0)
    return false;
  return wildcard.host == (other.host.find(':') == std::string::npos ? "*" : "::");
}

Parsed<Address> parse_peer(std::string_view text) {
  if (text.starts_with(unix_scheme)) return parse_unix(text);
  const Flaw illegal{in_quotes(text) +
                         " is not a server's address: write \"host\", \"host:port\", \"[v6]:port\" "
                         "or \"unix:PATH\"",
                     0};
  std::string_view host;
  std::string_view port_text;
  bool has_port = false;
  if (text.find('/') != std::string_view::npos || !split_port(text, host, port_text, has_port)) {
    return illegal;
  }
  Address address;
  address.host = host;
  if (text.starts_with('[') ? !is_ipv6(address.host) : !is_host_name(host)) return illegal;
  if (has_port) {
    auto port = parse_count(port_text, 1, 65535);
    if (!port) {
      return Flaw{"has a port that " + port.error().message,
                  static_cast<std::size_t>(port_text.data() - text.data())};
    }
    address.port = static_cast<std::uint16_t>(*port);
  }
  return address;
}

}  // namespace signgate::config
