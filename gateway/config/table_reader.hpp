// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/document.hpp"
#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// Text is a string value and its place.
struct Text {
  std::string value;
  Place place;
};

/// KnownKeys records which keys a reader asks for in each kind of table ("", "server",
/// "server.route", "upstream"): the list of all keys, which cannot differ from what the reader
/// does.
using KnownKeys = std::map<std::string, std::vector<std::string>>;

/// TableReader reads the keys of one table into typed fields. Each read marks its key as known. A
/// read of a key that is absent leaves the field as it was, so the field's initialiser is the
/// default; a read of an illegal value records an error and leaves the field too. The reads answer
/// with the value's place when it was there and legal. finish() reports every key that nothing
/// asked for. Not thread-safe; it borrows the document and the diagnostics.
class TableReader {
 public:
  /// TableReader is for the top-level table of a document. `known`, when given, records the keys.
  TableReader(const Value& root, Diagnostics& diagnostics, KnownKeys* known = nullptr);

  using Visit = std::function<void(TableReader&)>;
  using NamedVisit = std::function<void(const Text& name, TableReader&)>;

  /// text reads a string; it may be empty.
  std::optional<Place> text(std::string_view key, std::string& out);
  /// texts reads a list of strings, or a single string as a list of one. It may be empty.
  std::optional<Place> texts(std::string_view key, std::vector<Text>& out);
  /// on_off reads true, false, "on" or "off".
  std::optional<Place> on_off(std::string_view key, bool& out);
  /// duration reads a span (parse_duration) or an integer number of seconds.
  std::optional<Place> duration(std::string_view key, Milliseconds& out,
                                Milliseconds min = Milliseconds{0});
  /// size reads a number of bytes (parse_size), as a string or an integer.
  std::optional<Place> size(std::string_view key, std::uint64_t& out, std::uint64_t min = 0,
                            std::uint64_t max = UINT64_MAX);
  /// integer reads an integer from min to max.
  std::optional<Place> integer(std::string_view key, std::uint32_t& out, std::uint32_t min,
                               std::uint32_t max);
  std::optional<Place> integer(std::string_view key, std::uint64_t& out, std::uint64_t min,
                               std::uint64_t max);
  /// time reads a point in time: a TOML date or date-time with offset, such a string (parse_time),
  /// or epoch seconds.
  std::optional<Place> time(std::string_view key, std::optional<UnixSeconds>& out);
  /// pairs reads a table of strings in the order of the file: names with their places, and their
  /// values.
  std::optional<Place> pairs(std::string_view key, std::vector<std::pair<Text, Text>>& out);

  /// choice reads one of a few words, each with its meaning.
  template <class T>
  std::optional<Place> choice(std::string_view key,
                              std::initializer_list<std::pair<std::string_view, T>> words, T& out) {
    std::vector<std::string_view> names;
    for (const auto& word : words)
      names.push_back(word.first);
    const auto chosen = choose(key, names);
    if (!chosen) return std::nullopt;
    out = (words.begin() + chosen->first)->second;
    return chosen->second;
  }

  /// parsed reads a string through `parse`; a flaw becomes an error at its place inside the string.
  template <class T, class Parse>
  std::optional<Place> parsed(std::string_view key, Parse&& parse, T& out) {
    std::string written;
    const auto place = text(key, written);
    if (!place) return std::nullopt;
    auto value = parse(std::string_view{written});
    if (!value) {
      flaw(key, *place, value.error());
      return std::nullopt;
    }
    out = std::move(*value);
    return place;
  }

  /// table visits the sub-table `[key]` if it is there.
  std::optional<Place> table(std::string_view key, const Visit& visit);
  /// tables visits each element of `[[key]]` in order.
  std::optional<Place> tables(std::string_view key, const Visit& visit);
  /// named_tables visits each `[key.NAME]` in the order of the file. Names are not empty.
  std::optional<Place> named_tables(std::string_view key, const NamedVisit& visit);
  /// Sub-tables are finished (unknown keys reported) when their visit returns.

  /// find marks `key` as known and gives its value as written, or null. For values of a form of
  /// their own.
  const Value* find(std::string_view key);
  /// require records an error at the table unless `key` is there; `meaning` says what it should
  /// hold.
  void require(std::string_view key, std::string_view meaning);
  /// flaw records an error inside the string at `literal`: the key's name, then the flaw's message.
  void flaw(std::string_view key, Place literal, const Flaw& flaw);
  /// wrong_type records that `key` must be `expected`, not what it is.
  void wrong_type(std::string_view key, const Value& value, std::string_view expected);
  void error(Place place, std::string message) { diagnostics_.error(place, std::move(message)); }
  void warning(Place place, std::string message) {
    diagnostics_.warning(place, std::move(message));
  }

  /// finish reports each key that was not asked for, with the nearest known name and all legal
  /// ones.
  void finish();

  /// place is where the table begins; shown is how messages name it, such as "[[server.route]]".
  [[nodiscard]] Place place() const noexcept { return table_.place; }
  [[nodiscard]] const std::string& shown() const noexcept { return shown_; }

 private:
  TableReader(const Value& table, std::string kind, std::string shown, Diagnostics& diagnostics,
              KnownKeys* known);
  std::optional<std::pair<std::ptrdiff_t, Place>> choose(
      std::string_view key, const std::vector<std::string_view>& words);
  void visit_table(const Value& table, std::string_view key, std::string shown, const Visit& visit);

  const Value& table_;
  std::string kind_;
  std::string shown_;
  Diagnostics& diagnostics_;
  KnownKeys* known_;
  std::vector<std::string> asked_;
};

}  // namespace signgate::config
