// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace signgate {
namespace {

constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<unsigned> parse_number(std::string_view text, unsigned most) noexcept {
  unsigned number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size() || number > most) return std::nullopt;
  return number;
}

bool equal_bits(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
                unsigned bits) noexcept {
  const unsigned whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) noexcept {
  IpAddress address;
  if (text == "unix:") return address;
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  if (std::find(text.begin(), text.end(), '\0') != text.end()) return std::nullopt;
  if (inet_pton(AF_INET, terminated.data(), address.bytes.data()) == 1) {
    address.size = 4;
    return address;
  }
  if (inet_pton(AF_INET6, terminated.data(), address.bytes.data()) != 1) return std::nullopt;
  address.size = 16;
  return address;
}

std::optional<IpAddress> parse_peer_ip(std::string_view text) noexcept {
  return parse_ip(text.substr(0, text.find('%')));
}

std::string ip_text(const IpAddress& address) {
  if (address.size == 0) return "unix:";
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.size == 4 ? AF_INET : AF_INET6, address.bytes.data(), text.data(), text.size());
  return text.data();
}

std::optional<Forwarded> parse_ip_port(std::string_view text) noexcept {
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (host.find(':') == std::string_view::npos) return std::nullopt;
    if (!text.empty() && text.front() != ':') return std::nullopt;
    has_port = !text.empty();
    if (has_port) port = text.substr(1);
  } else if (const std::size_t colon = text.find(':');
             colon != std::string_view::npos &&
             text.find(':', colon + 1) == std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  const auto address = parse_ip(host);
  if (!address || address->size == 0) return std::nullopt;
  Forwarded found{*address, 0};
  if (has_port) {
    const auto number = parse_number(port, 65535);
    if (!number || *number == 0) return std::nullopt;
    found.port = static_cast<std::uint16_t>(*number);
  }
  return found;
}

bool Network::contains(const IpAddress& peer) const noexcept {
  switch (kind) {
    case Kind::all:
      return true;
    case Kind::unix_socket:
      return peer.size == 0;
    case Kind::v4:
      if (peer.size == 4) return equal_bits(peer.bytes, address, bits);
      return peer.size == 16 && std::equal(mapped.begin(), mapped.end(), peer.bytes.begin()) &&
             equal_bits(std::span(peer.bytes).subspan<12>(), address, bits);
    case Kind::v6:
      return peer.size == 16 && equal_bits(peer.bytes, address, bits);
  }
  return false;
}

std::optional<Network> parse_network(std::string_view text) noexcept {
  Network network;
  if (text == "all") return network;
  if (text == "unix:") {
    network.kind = Network::Kind::unix_socket;
    return network;
  }
  const std::size_t slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address || address->size == 0) return std::nullopt;
  const unsigned most = address->size * 8U;
  unsigned bits = most;
  if (slash != std::string_view::npos) {
    const auto written = parse_number(text.substr(slash + 1), most);
    if (!written) return std::nullopt;
    bits = *written;
  }
  network.kind = address->size == 4 ? Network::Kind::v4 : Network::Kind::v6;
  network.bits = static_cast<std::uint8_t>(bits);
  for (unsigned i = 0; i < address->size; ++i) {
    const int kept = std::clamp<int>(static_cast<int>(bits) - static_cast<int>(i * 8), 0, 8);
    network.address[i] = static_cast<std::uint8_t>(address->bytes[i] & (0xff00U >> kept));
  }
  return network;
}

bool contains(std::span<const Network> networks, const IpAddress& peer) noexcept {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.contains(peer); });
}

}  // namespace signgate
