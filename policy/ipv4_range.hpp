// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signgate::policy {

/// RangeError says why a text is no IPv4 range: one sentence without a full stop that names the
/// legal forms.
struct RangeError {
  std::string message;
};

/// throw_exception_from_error lets Result::value() exist; reaching it is a bug: std::logic_error.
[[noreturn]] void throw_exception_from_error(const RangeError& error,
                                             const boost::source_location& where);

/// Ipv4Address is an address in host byte order: 192.0.2.1 is 0xC0000201.
using Ipv4Address = std::uint32_t;

/// Ipv4Range is what `AWS:SourceIp` holds: an address and the number of leading bits that count.
/// Bits of `address` beyond `prefix` may be set; they are kept for writing and ignored in
/// matching.
struct Ipv4Range {
  Ipv4Address address = 0;
  std::uint8_t prefix = 32;  // 0 to 32

  /// contains says whether the first `prefix` bits of `viewer` are those of `address`. Any thread.
  [[nodiscard]] constexpr bool contains(Ipv4Address viewer) const noexcept {
    return prefix == 0 || ((viewer ^ address) >> (32 - prefix)) == 0;
  }

  friend bool operator==(const Ipv4Range&, const Ipv4Range&) = default;
};

/// parse_ipv4_address reads dotted decimal, four parts, no leading zeros (some readers take those
/// for octal). Nothing when the text is anything else. Any thread.
[[nodiscard]] std::optional<Ipv4Address> parse_ipv4_address(std::string_view text) noexcept;

/// parse_ipv4_range reads `192.0.2.0/24`, or a bare address, which is its /32 as the AWS CLI has
/// it. An IPv6 address or range is refused with that reason: CloudFront policies cannot hold one.
/// Any thread. Source: CloudFront Developer Guide, "Create a signed URL using a custom policy",
/// IpAddress.
[[nodiscard]] boost::system::result<Ipv4Range, RangeError> parse_ipv4_range(std::string_view text);

/// append_ipv4_range writes `address/prefix`, the prefix always, to the end of `out`.
void append_ipv4_range(std::string& out, const Ipv4Range& range);

}  // namespace signgate::policy
