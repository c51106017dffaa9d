// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace signgate::edge {

/// ByteRange is the part of an object that a Range asks for.
struct ByteRange {
  enum class Kind : std::uint8_t {
    whole,          // no range, one that is malformed, or several: all of it, 200
    part,           // 206
    unsatisfiable,  // 416
  };
  Kind kind = Kind::whole;
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};

/// parse_byte_range reads a Range value against an object of `size` bytes. S3 serves one range; a
/// list of several is answered with the whole object. Any thread. Source: RFC 9110 sections 14.1.2
/// and 14.2; S3 API Reference, GetObject.
[[nodiscard]] ByteRange parse_byte_range(std::optional<std::string_view> value,
                                         std::uint64_t size) noexcept;

}  // namespace signgate::edge
