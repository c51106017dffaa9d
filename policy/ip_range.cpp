// SPDX-License-Identifier: Apache-2.0
#include "policy/ip_range.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

namespace signgate::policy {

bool IpRange::contains(const IpRange& other) const noexcept {
  if (ipv6 != other.ipv6 || other.prefix < prefix) return false;
  for (unsigned bit = 0; bit < prefix; bit += 8) {
    const unsigned left = prefix - bit;
    const unsigned mask = left >= 8 ? 0xffU : 0xffU << (8 - left) & 0xffU;
    if (((address[bit / 8] ^ other.address[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

std::optional<IpRange> parse_ip_range(std::string_view text) noexcept {
  IpRange range;
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  range.ipv6 = host.find(':') != std::string_view::npos;

  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (host.size() >= terminated.size() || host.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  std::memcpy(terminated.data(), host.data(), host.size());
  const int family = range.ipv6 ? AF_INET6 : AF_INET;
  if (inet_pton(family, terminated.data(), range.address.data()) != 1) return std::nullopt;

  const unsigned bits = range.ipv6 ? 128 : 32;
  unsigned prefix = bits;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const char* end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, prefix);
    if (failure != std::errc{} || stop != end || prefix > bits) return std::nullopt;
  }
  range.prefix = static_cast<std::uint8_t>(prefix);
  return range;
}

}  // namespace signgate::policy
