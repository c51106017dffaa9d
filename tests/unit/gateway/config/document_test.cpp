// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/document.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

namespace signgate::config {
namespace {

std::string first_error(const std::string& text) {
  Diagnostics diagnostics{"a.toml", text};
  EXPECT_FALSE(parse_toml(diagnostics));
  const auto found = diagnostics.take();
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? "" : render(found.front());
}

std::optional<Value> parsed(const std::string& text) {
  Diagnostics diagnostics{"a.toml", text};
  return parse_toml(diagnostics);
}

TEST(ParseToml, KeepsPlacesAndOrder) {
  const auto root = parsed("z = 1\na = [\n  'x']\n[t.u]\nk.l = true\n[[s]]\n[[s]]\n");
  ASSERT_TRUE(root);
  const auto& table = std::get<Table>(root->content);
  ASSERT_EQ(table.size(), 4U);
  EXPECT_EQ(table[0].key, "z");
  EXPECT_EQ(table[0].value.place, (Place{1, 5}));
  EXPECT_EQ(table[1].key, "a");
  EXPECT_EQ(std::get<Array>(table[1].value.content)[0].place, (Place{3, 3}));
  EXPECT_EQ(table[2].key, "t");
  EXPECT_EQ(table[2].place, (Place{4, 2}));
  EXPECT_EQ(table[2].value.find("u")->place, (Place{4, 4}));
  EXPECT_EQ(std::get<Array>(table[3].value.content)[1].place, (Place{7, 1}));
  EXPECT_EQ(root->find("nope"), nullptr);
}

TEST(ParseToml, NamesTypes) {
  const auto root = parsed(
      "a='s'\nb=1\nc=1.5\nd=true\ne=2026-01-31\nf=08:00:00\ng=[]\nh={}\ni=2026-01-31T08:00:00");
  ASSERT_TRUE(root);
  std::string names;
  for (const Entry& entry : std::get<Table>(root->content))
    names += std::string{type_name(entry.value)} + '|';
  EXPECT_EQ(names,
            "a string|an integer|a number with a fraction|true or false|a date|a time|a list|a "
            "table|a time|");
}

TEST(ParseToml, TurnsDatesIntoSeconds) {
  const auto root = parsed("a=2026-01-31\nb=2026-01-31T10:00:00+02:00\nc=2026-01-31T08:00:00Z");
  ASSERT_TRUE(root);
  EXPECT_EQ(std::get<PointInTime>(root->find("a")->value.content).seconds, 1769817600);
  EXPECT_EQ(std::get<PointInTime>(root->find("b")->value.content).seconds, 1769846400);
  EXPECT_EQ(std::get<PointInTime>(root->find("c")->value.content).seconds, 1769846400);
}

TEST(ParseToml, ReportsBrokenSyntaxOnce) {
  const std::string error = first_error("a = 1\nb = [1,\nc = {\n");
  EXPECT_TRUE(error.starts_with("a.toml:3:")) << error;
  EXPECT_NE(error.find("error: "), std::string::npos);
}

TEST(ParseToml, ReportsADoubledKey) {
  const std::string error = first_error("a = 1\na = 2\n");
  EXPECT_TRUE(error.starts_with("a.toml:2:")) << error;
}

TEST(ParseToml, ReportsKeysWithoutAName) {
  for (const char* text :
       {"[.a]", "[[.a]]", "[,]", ".a = 1", "a. = 1", "[a.]", "= 1", "a = {.b = 1}", "a = {,}"}) {
    EXPECT_TRUE(first_error(text).starts_with("a.toml:1:")) << text;
  }
}

TEST(ParseToml, ReportsLettersOutsideOfQuotes) {
  for (const char* text :
       {"\u00e9 = 1", "a = 1 \u00e9", "a \ufcff = 1", "[\u00e9]", "a = [\u3001]", "\u1700"}) {
    EXPECT_TRUE(first_error(text).starts_with("a.toml:1:")) << text;
  }
  const auto root = parsed("'\u00e9' = \"\"\"\\\n \u00e9 \\\n \ufcff\"\"\" # \u00e9\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(std::get<std::string>(root->find("\u00e9")->value.content), "\u00e9 \ufcff");
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  while (times-- > 0)
    text += part;
  return text;
}

TEST(ParseToml, BoundsNestedValues) {
  EXPECT_TRUE(parsed("a = " + repeated("[", limits::config_depth - 1) +
                     repeated("]", limits::config_depth - 1)));
  EXPECT_NE(first_error("a = " + repeated("[", 100'000)).find("depth"), std::string::npos);
  EXPECT_NE(first_error("a = " + repeated("{a=", 100'000)).find("depth"), std::string::npos);
}

TEST(ParseToml, BoundsThePartsOfAKey) {
  EXPECT_TRUE(parsed(repeated("a.", limits::config_key_parts - 1) + "a = 1"));
  EXPECT_NE(first_error(repeated("a.", limits::config_key_parts) + "a = 1")
                .find("a key has at most 16 parts"),
            std::string::npos);
  EXPECT_TRUE(first_error("x = 1\n[" + repeated("a.", 100'000) + "a]")
                  .starts_with("a.toml:2:33: error: a key has"));
  EXPECT_NE(first_error("[[" + repeated("a . ", 100'000) + "a]]").find("parts"), std::string::npos);
  EXPECT_NE(first_error("b = {" + repeated("'a'.", 100'000) + "a=1}").find("parts"),
            std::string::npos);
  EXPECT_NE(first_error("b = {" + repeated("\"\\\"\".", 100'000) + "a=1}").find("parts"),
            std::string::npos);
}

TEST(ParseToml, CountsNoDotsOfValues) {
  const std::string dots = repeated(".", 100);
  EXPECT_TRUE(parsed("a = '" + dots + "'\nb = \"\\\"" + dots + "\" # " + dots + "\nc = '''" + dots +
                     "\n" + dots + "'''\nd = \"\"\"\"" + dots + "\\\"" + dots + "\"\"\"\"\"\n\"" +
                     dots + "\" = 1\n"));
  EXPECT_TRUE(parsed("a = [" + repeated("1.5, ", 100) + "]"));
}

TEST(ParseToml, BoundsTheSize) {
  EXPECT_EQ(first_error(std::string(limits::config_file + 1, '\n')),
            "a.toml: error: is larger than 4194304 bytes");
  EXPECT_TRUE(parsed("#" + std::string(limits::config_file - 1, 'x')));
}

}  // namespace
}  // namespace signgate::config
