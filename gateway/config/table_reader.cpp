// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/table_reader.hpp"

#include <algorithm>
#include <limits>

#include "gateway/config/nearest_name.hpp"
#include "gateway/config/units.hpp"

namespace signgate::config {
namespace {

/// is_or says whether `value` may stand for a T, and gives it.
template <class T>
const T* as(const Value* value) {
  return value == nullptr ? nullptr : std::get_if<T>(&value->content);
}

std::string not_type(std::string_view key, std::string_view expected, std::string_view found) {
  std::string message{key};
  message += " must be ";
  message += expected;
  message += ", not ";
  message += found;
  return message;
}

}  // namespace

TableReader::TableReader(const Value& root, Diagnostics& diagnostics, KnownKeys* known)
    : TableReader(root, "", "the top level", diagnostics, known) {}

TableReader::TableReader(const Value& table, std::string kind, std::string shown,
                         Diagnostics& diagnostics, KnownKeys* known)
    : table_(table),
      kind_(std::move(kind)),
      shown_(std::move(shown)),
      diagnostics_(diagnostics),
      known_(known) {}

const Value* TableReader::find(std::string_view key) {
  asked_.emplace_back(key);
  const Entry* entry = table_.find(key);
  return entry == nullptr ? nullptr : &entry->value;
}

void TableReader::wrong_type(std::string_view key, const Value& value, std::string_view expected) {
  error(value.place, not_type(key, expected, type_name(value)));
}

void TableReader::flaw(std::string_view key, Place literal, const Flaw& flaw) {
  error(diagnostics_.inside(literal, flaw.offset), std::string{key} + ' ' + flaw.message);
}

void TableReader::require(std::string_view key, std::string_view meaning) {
  if (table_.find(key) != nullptr) return;
  error(table_.place, shown_ + " needs " + std::string{key} + ": " + std::string{meaning});
}

std::optional<Place> TableReader::text(std::string_view key, std::string& out) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto* string = as<std::string>(value);
  if (string == nullptr) {
    wrong_type(key, *value, "a string");
    return std::nullopt;
  }
  out = *string;
  return value->place;
}

std::optional<Place> TableReader::texts(std::string_view key, std::vector<Text>& out) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* string = as<std::string>(value)) {
    out = {Text{*string, value->place}};
    return value->place;
  }
  const auto* array = as<Array>(value);
  if (array == nullptr) {
    wrong_type(key, *value, "a string or a list of strings");
    return std::nullopt;
  }
  std::vector<Text> read;
  for (const Value& element : *array) {
    if (const auto* string = as<std::string>(&element)) {
      read.push_back({*string, element.place});
    } else {
      wrong_type(key, element, "a list of strings alone");
      return std::nullopt;
    }
  }
  out = std::move(read);
  return value->place;
}

std::optional<Place> TableReader::on_off(std::string_view key, bool& out) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* boolean = as<bool>(value)) {
    out = *boolean;
    return value->place;
  }
  const auto* word = as<std::string>(value);
  if (word == nullptr || (*word != "on" && *word != "off")) {
    error(value->place,
          not_type(key, "\"on\" or \"off\" (or true or false)",
                   word == nullptr ? std::string{type_name(*value)} : in_quotes(*word)));
    return std::nullopt;
  }
  out = *word == "on";
  return value->place;
}

std::optional<Place> TableReader::duration(std::string_view key, Milliseconds& out,
                                           Milliseconds min) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto* seconds = as<std::int64_t>(value);
  const auto* string = as<std::string>(value);
  if (seconds == nullptr && string == nullptr) {
    wrong_type(key, *value, "a time such as \"30s\", or a number of seconds");
    return std::nullopt;
  }
  const auto read = parse_duration(string != nullptr ? *string : std::to_string(*seconds));
  if (!read) {
    flaw(key, value->place, read.error());
    return std::nullopt;
  }
  if (*read < min) {
    error(value->place,
          std::string{key} + " must be at least " + std::to_string(min.count()) + "ms");
    return std::nullopt;
  }
  out = *read;
  return value->place;
}

std::optional<Place> TableReader::size(std::string_view key, std::uint64_t& out, std::uint64_t min,
                                       std::uint64_t max) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto* bytes = as<std::int64_t>(value);
  const auto* string = as<std::string>(value);
  if (bytes == nullptr && string == nullptr) {
    wrong_type(key, *value, "a size such as \"16k\", or a number of bytes");
    return std::nullopt;
  }
  const auto read = parse_size(string != nullptr ? *string : std::to_string(*bytes));
  if (!read) {
    flaw(key, value->place, read.error());
    return std::nullopt;
  }
  if (*read < min || *read > max) {
    error(value->place,
          std::string{key} + " must be " +
              (*read < min ? "at least " + std::to_string(min) : "at most " + std::to_string(max)) +
              " bytes");
    return std::nullopt;
  }
  out = *read;
  return value->place;
}

std::optional<Place> TableReader::integer(std::string_view key, std::uint64_t& out,
                                          std::uint64_t min, std::uint64_t max) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto* number = as<std::int64_t>(value);
  if (number == nullptr || *number < 0 || static_cast<std::uint64_t>(*number) < min ||
      static_cast<std::uint64_t>(*number) > max) {
    error(value->place,
          not_type(key, "an integer from " + std::to_string(min) + " to " + std::to_string(max),
                   number == nullptr ? std::string{type_name(*value)} : std::to_string(*number)));
    return std::nullopt;
  }
  out = static_cast<std::uint64_t>(*number);
  return value->place;
}

std::optional<Place> TableReader::integer(std::string_view key, std::uint32_t& out,
                                          std::uint32_t min, std::uint32_t max) {
  std::uint64_t wide = 0;
  const auto place = integer(key, wide, std::uint64_t{min}, std::uint64_t{max});
  if (place) out = static_cast<std::uint32_t>(wide);
  return place;
}

std::optional<Place> TableReader::time(std::string_view key, std::optional<UnixSeconds>& out) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* point = as<PointInTime>(value)) {
    out = point->seconds;
  } else if (const auto* epoch = as<std::int64_t>(value); epoch != nullptr && *epoch >= 0) {
    out = *epoch;
  } else if (const auto* string = as<std::string>(value)) {
    const auto read = parse_time(*string);
    if (!read) {
      flaw(key, value->place, read.error());
      return std::nullopt;
    }
    out = *read;
  } else {
    error(value->place,
          std::string{key} +
              " must be a point in time: 2026-01-31T08:00:00Z (with Z or an offset), a "
              "date, or seconds since 1970");
    return std::nullopt;
  }
  return value->place;
}

std::optional<Place> TableReader::pairs(std::string_view key,
                                        std::vector<std::pair<Text, Text>>& out) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto* table = as<Table>(value);
  if (table == nullptr) {
    wrong_type(key, *value, "a table of strings, such as { NAME = \"VALUE\" }");
    return std::nullopt;
  }
  std::vector<std::pair<Text, Text>> read;
  for (const Entry& entry : *table) {
    if (const auto* string = as<std::string>(&entry.value)) {
      read.push_back({{entry.key, entry.place}, {*string, entry.value.place}});
    } else {
      wrong_type(std::string{key} + '.' + entry.key, entry.value, "a string");
      return std::nullopt;
    }
  }
  out = std::move(read);
  return value->place;
}

std::optional<std::pair<std::ptrdiff_t, Place>> TableReader::choose(
    std::string_view key, const std::vector<std::string_view>& words) {
  std::string written;
  const auto place = text(key, written);
  if (!place) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), written);
  if (found == words.end()) {
    error(*place, std::string{key} + " cannot be " + in_quotes(written) +
                      suggestion(written, words) + "; legal: " + listed(words));
    return std::nullopt;
  }
  return std::pair{found - words.begin(), *place};
}

void TableReader::visit_table(const Value& table, std::string_view key, std::string shown,
                              const Visit& visit) {
  std::string kind = kind_.empty() ? std::string{key} : kind_ + '.' + std::string{key};
  TableReader child{table, std::move(kind), std::move(shown), diagnostics_, known_};
  visit(child);
  child.finish();
}

std::optional<Place> TableReader::table(std::string_view key, const Visit& visit) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const std::string path = kind_.empty() ? std::string{key} : kind_ + '.' + std::string{key};
  if (as<Table>(value) == nullptr) {
    wrong_type(key, *value, "a table: write [" + path + "]");
    return std::nullopt;
  }
  visit_table(*value, key, '[' + path + ']', visit);
  return value->place;
}

std::optional<Place> TableReader::tables(std::string_view key, const Visit& visit) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const std::string header =
      "[[" + (kind_.empty() ? std::string{key} : kind_ + '.' + std::string{key}) + "]]";
  const auto* array = as<Array>(value);
  if (array == nullptr) {
    wrong_type(key, *value, "a list of tables: write " + header);
    return std::nullopt;
  }
  for (const Value& element : *array) {
    if (as<Table>(&element) == nullptr) {
      wrong_type(key, element, "a list of tables: write " + header);
    } else {
      visit_table(element, key, header, visit);
    }
  }
  return value->place;
}

std::optional<Place> TableReader::named_tables(std::string_view key, const NamedVisit& visit) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const std::string path = kind_.empty() ? std::string{key} : kind_ + '.' + std::string{key};
  const auto* table = as<Table>(value);
  if (table == nullptr) {
    wrong_type(key, *value, "a table of tables: write [" + path + ".NAME]");
    return std::nullopt;
  }
  for (const Entry& entry : *table) {
    if (as<Table>(&entry.value) == nullptr) {
      error(entry.place, path + " holds tables with a name each: write [" + path + ".NAME] above " +
                             in_quotes(entry.key));
    } else if (entry.key.empty()) {
      error(entry.place, "the name in [" + path + ".NAME] must not be empty");
    } else {
      const Text name{entry.key, entry.place};
      visit_table(entry.value, key, '[' + path + '.' + printable(entry.key) + ']',
                  [&](TableReader& child) { visit(name, child); });
    }
  }
  return value->place;
}

void TableReader::finish() {
  std::sort(asked_.begin(), asked_.end());
  asked_.erase(std::unique(asked_.begin(), asked_.end()), asked_.end());
  if (known_ != nullptr) (*known_)[kind_] = asked_;
  const auto* table = as<Table>(&table_);
  if (table == nullptr) return;
  const std::vector<std::string_view> known{asked_.begin(), asked_.end()};
  for (const Entry& entry : *table) {
    if (std::binary_search(asked_.begin(), asked_.end(), entry.key)) continue;
    error(entry.place, "unknown key " + in_quotes(entry.key) + " in " + shown_ +
                           suggestion(entry.key, known) + "; legal: " + listed(known));
  }
}

}  // namespace signgate::config
