// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signgate::policy {

/// BinaryValue is what `BinaryEquals` compares: bytes, written in base64.
/// Source: IAM User Guide, "Binary condition operators"; RFC 4648, section 4.
struct BinaryValue {
  std::string bytes;

  /// is_written_as says whether `base64` stands for these bytes; false where it is no base64. Any
  /// thread; allocates nothing.
  [[nodiscard]] bool is_written_as(std::string_view base64) const noexcept;
};

/// parse_binary_value reads base64 with its padding, in the alphabet of `+` and `/`. Nothing for
/// any other text. Any thread.
[[nodiscard]] std::optional<BinaryValue> parse_binary_value(std::string_view base64);

}  // namespace signgate::policy
