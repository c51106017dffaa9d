// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace signgate::policy {

/// IpRange is a range of IPv4 or IPv6 addresses, as `IpAddress` in a bucket policy takes them (a
/// CloudFront policy takes IPv4 alone: ipv4_range.hpp). Source: IAM User Guide, "IP address
/// condition operators".
struct IpRange {
  std::array<std::uint8_t, 16> address{};  // network byte order; IPv4 in the first four
  std::uint8_t prefix = 0;                 // leading bits that count: to 32 or 128
  bool ipv6 = false;

  /// contains says whether all of `other` lies in this range; never so across the families. Any
  /// thread.
  [[nodiscard]] bool contains(const IpRange& other) const noexcept;
};

/// parse_ip_range reads "203.0.113.0/24", "2001:DB8::/32" or a bare address, which is a range of
/// one. Bits beyond the prefix are ignored. Nothing when the text is anything else. Any thread.
[[nodiscard]] std::optional<IpRange> parse_ip_range(std::string_view text) noexcept;

}  // namespace signgate::policy
