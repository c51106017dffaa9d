// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/document.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "gateway/base/limits.hpp"

// Recursion of the parser, and of everything that walks its result.
#define TOML_MAX_NESTED_VALUES ::signgate::limits::config_depth
#include <toml++/toml.h>

namespace signgate::config {
namespace {

Place place_of(const toml::source_region& region) {
  return {static_cast<std::uint32_t>(region.begin.line),
          static_cast<std::uint32_t>(region.begin.column)};
}

UnixSeconds midnight(const toml::date& date) {
  const std::chrono::year_month_day day{std::chrono::year{date.year},
                                        std::chrono::month{date.month}, std::chrono::day{date.day}};
  return std::chrono::sys_days{day}.time_since_epoch().count() * std::int64_t{86'400};
}

Value convert(const toml::node& node);

Table convert_table(const toml::table& source) {
  Table table;
  table.reserve(source.size());
  for (const auto& [key, node] : source) {
    table.push_back({std::string{key.str()}, place_of(key.source()), convert(node)});
  }
  std::stable_sort(table.begin(), table.end(),
                   [](const Entry& a, const Entry& b) { return a.place < b.place; });
  return table;
}

Value convert(const toml::node& node) {
  Value value;
  value.place = place_of(node.source());
  switch (node.type()) {
    case toml::node_type::table:
      value.content = convert_table(*node.as_table());
      break;
    case toml::node_type::array: {
      Array array;
      array.reserve(node.as_array()->size());
      for (const toml::node& element : *node.as_array())
        array.push_back(convert(element));
      value.content = std::move(array);
      break;
    }
    case toml::node_type::string:
      value.content = node.as_string()->get();
      break;
    case toml::node_type::integer:
      value.content = node.as_integer()->get();
      break;
    case toml::node_type::floating_point:
      value.content = node.as_floating_point()->get();
      break;
    case toml::node_type::boolean:
      value.content = node.as_boolean()->get();
      break;
    case toml::node_type::date:
      value.content = PointInTime{midnight(node.as_date()->get())};
      break;
    case toml::node_type::date_time: {
      const toml::date_time& moment = node.as_date_time()->get();
      if (moment.offset) {
        value.content =
            PointInTime{midnight(moment.date) + moment.time.hour * 3600 + moment.time.minute * 60 +
                        moment.time.second - moment.offset->minutes * 60};
      } else {
        value.content = Timeless{};
      }
      break;
    }
    default:
      value.content = Timeless{};
      break;
  }
  return value;
}

/// find_long_key gives the offset of a dotted key or header with more parts than config_key_parts.
/// The parser bounds the nesting of values, but each part of a key is a table within a table too.
/// Strings and comments are passed over; where the syntax breaks, the parser stops as well.
std::optional<std::size_t> find_long_key(std::string_view text) {
  std::size_t dots = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      const bool lines = text.substr(i, 3) == std::string(3, c);
      const std::string_view close = lines ? text.substr(i, 3) : text.substr(i, 1);
      i += close.size();
      while (i < text.size() && text.substr(i, close.size()) != close &&
             (lines || text[i] != '\n')) {
        i += c == '"' && text[i] == '\\' ? 2 : 1;
      }
      i += close.size() - 1;
      // A string of several lines may end in up to two more quotes.
      while (lines && i + 1 < text.size() && text[i + 1] == c)
        ++i;
    } else if (c == '#') {
      while (i + 1 < text.size() && text[i + 1] != '\n')
        ++i;
    } else if (c == '.') {
      if (++dots >= limits::config_key_parts) return i;
    } else if (c == '=' || c == ',' || c == '[' || c == '{' || c == '\n') {
      dots = 0;
    }
  }
  return std::nullopt;
}

Place place_at(std::string_view text, std::size_t offset) {
  Place place{1, 1};
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      ++place.column;
    }
  }
  return place;
}

}  // namespace

const Entry* Value::find(std::string_view key) const noexcept {
  const Table* table = std::get_if<Table>(&content);
  if (table == nullptr) return nullptr;
  const auto found =
      std::find_if(table->begin(), table->end(), [key](const Entry& e) { return e.key == key; });
  return found == table->end() ? nullptr : &*found;
}

std::string_view type_name(const Value& value) noexcept {
  static constexpr std::string_view names[] = {
      "a string", "an integer", "a number with a fraction", "true or false", "a date", "a time",
      "a list",   "a table"};
  return names[value.content.index()];
}

std::optional<Value> parse_toml(Diagnostics& diagnostics) {
  const std::string& text = diagnostics.text();
  if (text.size() > limits::config_file) {
    diagnostics.error({}, "is larger than " + std::to_string(limits::config_file) + " bytes");
    return std::nullopt;
  }
  if (const auto offset = find_long_key(text)) {
    diagnostics.error(place_at(text, *offset),
                      "a key has at most " + std::to_string(limits::config_key_parts) + " parts");
    return std::nullopt;
  }
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    diagnostics.error(place_of(parsed.error().source()), std::string{parsed.error().description()});
    return std::nullopt;
  }
  Value root = convert(parsed.table());
  root.place = {1, 1};
  return root;
}

}  // namespace signgate::config
