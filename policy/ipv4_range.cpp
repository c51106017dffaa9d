// SPDX-License-Identifier: Apache-2.0
#include "policy/ipv4_range.hpp"

#include <stdexcept>

namespace signgate::policy {
namespace {

/// number reads 1 to `digits` decimal digits without a leading zero from the front of `text`.
std::optional<std::uint32_t> number(std::string_view& text, std::size_t digits) noexcept {
  std::uint32_t value = 0;
  std::size_t n = 0;
  while (n < text.size() && n < digits && text[n] >= '0' && text[n] <= '9') {
    value = value * 10 + static_cast<std::uint32_t>(text[n] - '0');
    ++n;
  }
  if (n == 0 || (n > 1 && text.front() == '0')) return std::nullopt;
  text.remove_prefix(n);
  return value;
}

RangeError illegal(std::string_view text, std::string_view why) {
  std::string message = "the address range \"";
  message += text.substr(0, 60);
  message += "\" ";
  message += why;
  return {std::move(message)};
}

}  // namespace

void throw_exception_from_error(const RangeError& error, const boost::source_location&) {
  throw std::logic_error(error.message);
}

std::optional<Ipv4Address> parse_ipv4_address(std::string_view text) noexcept {
  Ipv4Address address = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (text.empty() || text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
    const auto value = number(text, 3);
    if (!value || *value > 255) return std::nullopt;
    address = address << 8 | *value;
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

boost::system::result<Ipv4Range, RangeError> parse_ipv4_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  if (host.find(':') != std::string_view::npos) {
    return illegal(text,
                   "is IPv6, which CloudFront policies cannot hold: give an IPv4 address or range");
  }
  const auto address = parse_ipv4_address(host);
  if (!address) {
    return illegal(text,
                   "is none: give an IPv4 address or range such as 192.0.2.1 or 192.0.2.0/24");
  }
  Ipv4Range range{*address, 32};
  if (slash == std::string_view::npos) return range;
  std::string_view bits = text.substr(slash + 1);
  const auto prefix = number(bits, 2);
  if (!prefix || *prefix > 32 || !bits.empty()) {
    return illegal(text, "has no legal prefix length: an IPv4 range ends in /0 to /32");
  }
  range.prefix = static_cast<std::uint8_t>(*prefix);
  return range;
}

void append_ipv4_range(std::string& out, const Ipv4Range& range) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string(range.address >> shift & 255);
    out += shift > 0 ? '.' : '/';
  }
  out += std::to_string(range.prefix);
}

}  // namespace signgate::policy
