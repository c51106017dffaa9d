// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/config/diagnostic.hpp"

namespace signgate::config {

struct Value;
struct Entry;

/// Array and Table are TOML's; a table's entries are in the order of the file.
using Array = std::vector<Value>;
using Table = std::vector<Entry>;

/// TimeOfDay and a date-time without an offset name no point in time: readers refuse them.
struct Timeless {};

/// PointInTime is a TOML date (midnight UTC) or a date-time with an offset.
struct PointInTime {
  UnixSeconds seconds = 0;
};

/// Value is one TOML value with its place. Nesting is bounded (limits::config_depth), so recursion
/// over it is safe.
struct Value {
  Place place;
  std::variant<std::string, std::int64_t, double, bool, PointInTime, Timeless, Array, Table>
      content;

  /// find is the entry of that name when this is a table that has one, and null otherwise.
  [[nodiscard]] const Entry* find(std::string_view key) const noexcept;
};

/// Entry is a key of a table with its own place, and its value.
struct Entry {
  std::string key;
  Place place;
  Value value;
};

/// type_name is how messages name a value's type, with its article: "a string", "an integer", "a
/// table".
[[nodiscard]] std::string_view type_name(const Value& value) noexcept;

/// parse_toml reads the text of that file which `diagnostics` holds as TOML 1.0. Broken syntax,
/// more than limits::config_file bytes or too deep a nesting gives nothing, and exactly one error.
[[nodiscard]] std::optional<Value> parse_toml(Diagnostics& diagnostics, std::uint16_t file = 0);

}  // namespace signgate::config
