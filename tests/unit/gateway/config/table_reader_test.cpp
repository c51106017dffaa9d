// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/table_reader.hpp"

#include <gtest/gtest.h>

namespace signgate::config {
namespace {

using namespace std::chrono_literals;

/// Fixture reads one document with whatever `read` asks for and keeps the findings.
std::vector<std::string> findings(const std::string& text,
                                  const std::function<void(TableReader&)>& read) {
  Diagnostics diagnostics{"a", text};
  const auto root = parse_toml(diagnostics);
  EXPECT_TRUE(root);
  if (root) {
    TableReader table{*root, diagnostics};
    read(table);
    table.finish();
  }
  std::vector<std::string> messages;
  for (const Diagnostic& found : diagnostics.take()) {
    messages.push_back(std::to_string(found.place.line) + ':' + std::to_string(found.place.column) +
                       ": " + found.message);
  }
  return messages;
}

using Messages = std::vector<std::string>;

TEST(TableReader, ReadsEachType) {
  std::string text;
  std::vector<Text> list;
  std::vector<Text> single;
  bool word = false;
  bool boolean = true;
  Milliseconds span{};
  Milliseconds seconds{};
  std::uint64_t size = 0;
  std::uint64_t bytes = 0;
  std::uint32_t number = 0;
  std::optional<UnixSeconds> date;
  std::optional<UnixSeconds> written_date;
  std::vector<std::pair<Text, Text>> pairs;
  int chosen = 0;
  const auto found = findings(
      "text='a'\nlist=['b','c']\nsingle='d'\nword='on'\nboolean=false\nspan='1m'\nseconds=5\nsize='"
      "2k'\nbytes=7\n"
      "number=9\ndate=1970-01-02\nwritten_date='1970-01-03'\npairs={z='1',a='2'}\nchosen='two'\n",
      [&](TableReader& table) {
        EXPECT_EQ(table.text("text", text), (Place{1, 6}));
        table.texts("list", list);
        table.texts("single", single);
        table.on_off("word", word);
        table.on_off("boolean", boolean);
        table.duration("span", span);
        table.duration("seconds", seconds);
        table.size("size", size);
        table.size("bytes", bytes);
        table.integer("number", number, 9U, 9U);
        table.time("date", date);
        table.time("written_date", written_date);
        table.pairs("pairs", pairs);
        table.choice("chosen", {{"one", 1}, {"two", 2}}, chosen);
      });
  EXPECT_EQ(found, Messages{});
  EXPECT_EQ(text, "a");
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1].value, "c");
  EXPECT_EQ(list[1].place, (Place{2, 11}));
  ASSERT_EQ(single.size(), 1U);
  EXPECT_EQ(single[0].value, "d");
  EXPECT_TRUE(word);
  EXPECT_FALSE(boolean);
  EXPECT_EQ(span, 1min);
  EXPECT_EQ(seconds, 5s);
  EXPECT_EQ(size, 2048U);
  EXPECT_EQ(bytes, 7U);
  EXPECT_EQ(number, 9U);
  EXPECT_EQ(date, 86400);
  EXPECT_EQ(written_date, 172800);
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[0].first.value, "z");
  EXPECT_EQ(pairs[1].second.value, "2");
  EXPECT_EQ(chosen, 2);
}

TEST(TableReader, LeavesFieldsOfAbsentAndIllegalKeys) {
  std::string text = "default";
  std::uint32_t number = 5;
  const auto found = findings("number='x'\n", [&](TableReader& table) {
    EXPECT_EQ(table.text("text", text), std::nullopt);
    EXPECT_EQ(table.integer("number", number, 1U, 9U), std::nullopt);
  });
  EXPECT_EQ(text, "default");
  EXPECT_EQ(number, 5U);
  EXPECT_EQ(found, Messages{"1:8: number must be an integer from 1 to 9, not a string"});
}

TEST(TableReader, SaysWhatEachTypeMustBe) {
  std::string text;
  std::vector<Text> list;
  bool flag = false;
  Milliseconds span{};
  std::uint64_t size = 0;
  std::optional<UnixSeconds> time;
  std::vector<std::pair<Text, Text>> pairs;
  const auto found = findings(
      "a=1\nb=true\nc=['x',2]\nd='yes'\ne=1.5\nf='5q'\ng='1ms'\nh=[]\ni='9'\nj=2026-01-01T00:00:"
      "00\nk='x'\nl={m=1}\n"
      "m=-1\nn=1\n",
      [&](TableReader& table) {
        table.text("a", text);
        table.texts("b", list);
        table.texts("c", list);
        table.on_off("d", flag);
        table.on_off("e", flag);
        table.duration("f", span);
        table.duration("g", span, 1s);
        table.size("h", size);
        table.size("i", size, 1, 8);
        table.time("j", time);
        table.time("k", time);
        table.pairs("l", pairs);
        table.duration("m", span);
        table.pairs("n", pairs);
      });
  EXPECT_EQ(
      found,
      (Messages{
          "1:3: a must be a string, not an integer",
          "2:3: b must be a string or a list of strings, not true or false",
          "3:8: c must be a list of strings alone, not an integer",
          "4:3: d must be \"on\" or \"off\" (or true or false), not \"yes\"",
          "5:3: e must be \"on\" or \"off\" (or true or false), not a number with a fraction",
          "6:5: f \"5q\" is not a time: write numbers with the units y, M, w, d, h, m, s, ms, the "
          "larger first, such as \"30s\" or \"1h 30m\"",
          "7:3: g must be at least 1000ms",
          "8:3: h must be a size such as \"16k\", or a number of bytes, not a list",
          "9:3: i must be at most 8 bytes",
          "10:3: j must be a point in time: 2026-01-31T08:00:00Z (with Z or an offset), a date, or "
          "seconds since 1970",
          "11:4: k \"x\" is not a point in time: write \"2026-01-31T08:00:00Z\", a date or seconds "
          "since 1970",
          "12:6: l.m must be a string, not an integer",
          "13:3: m \"-1\" is not a time: write numbers with the units y, M, w, d, h, m, s, ms, the "
          "larger first, such as \"30s\" or \"1h 30m\"",
          "14:3: n must be a table of strings, such as { NAME = \"VALUE\" }, not an integer",
      }));
}

TEST(TableReader, OffersLegalWords) {
  int chosen = 0;
  const auto found = findings("a='tow'\nb='zzz'\n", [&](TableReader& table) {
    table.choice("a", {{"one", 1}, {"two", 2}}, chosen);
    table.choice("b", {{"one", 1}, {"two", 2}}, chosen);
  });
  EXPECT_EQ(found,
            (Messages{"1:3: a cannot be \"tow\"; did you mean \"two\"?; legal: \"one\", \"two\"",
                      "2:3: b cannot be \"zzz\"; legal: \"one\", \"two\""}));
}

TEST(TableReader, ReportsUnknownKeysAtEveryLevel) {
  std::string text;
  const auto found = findings("lisen='x'\n[[s]]\nq=1\n[n.a]\n'odd key'=1\n[t]\nnmae='x'\n",
                              [&](TableReader& table) {
                                table.text("listen", text);
                                table.tables("s", [&](TableReader& s) { s.text("name", text); });
                                table.named_tables("n", [&](const Text& name, TableReader& n) {
                                  EXPECT_EQ(name.value, "a");
                                  n.text("name", text);
                                });
                                table.table("t", [&](TableReader& t) { t.text("name", text); });
                              });
  EXPECT_EQ(found, (Messages{
                       "1:1: unknown key \"lisen\" in the top level; did you mean \"listen\"?; "
                       "legal: \"listen\", "
                       "\"n\", \"s\", \"t\"",
                       "3:1: unknown key \"q\" in [[s]]; legal: \"name\"",
                       "5:1: unknown key \"odd key\" in [n.a]; legal: \"name\"",
                       "7:1: unknown key \"nmae\" in [t]; did you mean \"name\"?; legal: \"name\"",
                   }));
}

TEST(TableReader, SaysHowTablesAreWritten) {
  const auto none = [](TableReader&) {};
  const auto found =
      findings("a=1\nc=[1]\nd=1\n[b]\n[e]\nx=1\n[f]\n[f.'']\n", [&](TableReader& table) {
        table.table("a", none);
        table.tables("b", none);
        table.tables("c", none);
        table.named_tables("d", [](const Text&, TableReader&) {});
        table.named_tables("e", [](const Text&, TableReader&) {});
        table.named_tables("f", [](const Text&, TableReader&) {});
      });
  EXPECT_EQ(found, (Messages{
                       "1:3: a must be a table: write [a], not an integer",
                       "2:4: c must be a list of tables: write [[c]], not an integer",
                       "3:3: d must be a table of tables: write [d.NAME], not an integer",
                       "4:1: b must be a list of tables: write [[b]], not a table",
                       "6:1: e holds tables with a name each: write [e.NAME] above \"x\"",
                       "8:4: the name in [f.NAME] must not be empty",
                   }));
}

TEST(TableReader, RequiresKeys) {
  std::string text;
  const auto found = findings("[t]\n", [&](TableReader& table) {
    table.table("t", [&](TableReader& t) {
      t.require("name", "what it is called");
      t.text("name", text);
    });
  });
  EXPECT_EQ(found, Messages{"1:1: [t] needs name: what it is called"});
}

TEST(TableReader, PutsFlawsInsideTheString) {
  int value = 0;
  const auto found = findings("a = \"x\\ty\"\n", [&](TableReader& table) {
    table.parsed(
        "a",
        [](std::string_view) -> Parsed<int> {
          return Flaw{"is odd", 2};
        },
        value);
  });
  EXPECT_EQ(found, Messages{"1:9: a is odd"});
}

TEST(TableReader, RecordsTheKeysItAsksFor) {
  Diagnostics diagnostics{"a", "[[s]]\n[s.r]\n[n.x]\n"};
  const auto root = parse_toml(diagnostics);
  ASSERT_TRUE(root);
  KnownKeys known;
  std::string text;
  TableReader table{*root, diagnostics, &known};
  table.tables("s", [&](TableReader& s) {
    s.text("b", text);
    s.text("a", text);
    s.text("a", text);
    s.table("r", [&](TableReader& r) { r.text("c", text); });
  });
  table.named_tables("n", [&](const Text&, TableReader& n) { n.text("d", text); });
  table.finish();
  EXPECT_EQ(known,
            (KnownKeys{{"", {"n", "s"}}, {"s", {"a", "b", "r"}}, {"s.r", {"c"}}, {"n", {"d"}}}));
}

}  // namespace
}  // namespace signgate::config
