// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/diagnostic.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

namespace signgate::config {
namespace {

std::string rendered(const std::string& text, Place place, const std::string& message) {
  Diagnostics diagnostics{"a.toml", text};
  diagnostics.error(place, message);
  return render(diagnostics.take().front());
}

TEST(Render, ShowsLineAndCaret) {
  EXPECT_EQ(rendered("x = 1\nyy = 2\n", {2, 4}, "is odd"),
            "a.toml:2:4: error: is odd\nyy = 2\n   ^");
}

TEST(Render, RepeatsTabsBeforeTheCaret) {
  EXPECT_EQ(rendered("\t\tx = 1", {1, 3}, "is odd"), "a.toml:1:3: error: is odd\n\t\tx = 1\n\t\t^");
}

TEST(Render, CountsCodePointsNotBytes) {
  EXPECT_EQ(rendered("é = é", {1, 5}, "m"), "a.toml:1:5: error: m\né = é\n    ^");
}

TEST(Render, PutsTheCaretBehindTheEndOfTheLine) {
  EXPECT_EQ(rendered("x =\r\ny", {1, 4}, "m"), "a.toml:1:4: error: m\nx =\n   ^");
}

TEST(Render, NamesTheFileAloneWithoutAPlace) {
  EXPECT_EQ(rendered("x = 1", {}, "cannot be read"), "a.toml: error: cannot be read");
}

TEST(Render, HasColourOnlyWhenAsked) {
  const Diagnostic diagnostic{"a", {1, 1}, Severity::warning, "m", "x"};
  EXPECT_EQ(render(diagnostic), "a:1:1: warning: m\nx\n^");
  EXPECT_EQ(render(diagnostic, true),
            "\x1b[1ma:1:1: \x1b[0m\x1b[1;35mwarning: \x1b[0mm\nx\n\x1b[1;35m^\x1b[0m");
}

TEST(Diagnostics, LetsNoControlCharacterThrough) {
  EXPECT_EQ(rendered("x = \"\x1b[2J\x9b\xc2\x9b\"", {1, 1}, "odd \x1b[2J"),
            "a.toml:1:1: error: odd ?[2J\nx = \"?[2J??\"\n^");
}

TEST(Diagnostics, ShowsNoValueThatMayBeSecret) {
  EXPECT_EQ(rendered("secret_access_key = 17", {1, 21}, "must be a string"),
            "a.toml:1:21: error: must be a string\nsecret_access_key = (not shown)\n               "
            "     ^");
  for (const char* line :
       {"h = { Authorization = \"Basic c2Vzc2FtZQ\" }", "h = { Cookie = \"c2Vzc2FtZQ\" }",
        "password='c2Vzc2FtZQ'", "private_key = \"-----BEGIN RSA PRIVATE KEY-----c2Vzc2FtZQ\"",
        "X-Auth-Token = 'c2Vzc2FtZQ'"}) {
    EXPECT_EQ(rendered(line, {1, 1}, "m").find("c2Vz"), std::string::npos) << line;
  }
  for (const char* line : {"server_tokens = 'yes'", "cookies = \"on\" # c", "private_key = 3"}) {
    EXPECT_NE(rendered(line, {1, 1}, "m").find(line), std::string::npos) << line;
  }
}

TEST(Diagnostics, AnswersInTheOrderOfTheFile) {
  Diagnostics diagnostics{"a", "1\n2\n3"};
  diagnostics.error({3, 1}, "third");
  diagnostics.warning({1, 1}, "first");
  diagnostics.error({2, 9}, "second");
  EXPECT_TRUE(diagnostics.has_error());
  const auto found = diagnostics.take();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].message, "first");
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(found[1].message, "second");
  EXPECT_EQ(found[2].message, "third");
  EXPECT_TRUE(diagnostics.take().empty());
}

TEST(Diagnostics, WarningsAreNoErrors) {
  Diagnostics diagnostics{"a", ""};
  diagnostics.warning({1, 1}, "w");
  EXPECT_FALSE(diagnostics.has_error());
}

TEST(Diagnostics, CountsWhatIsBeyondTheLimit) {
  Diagnostics diagnostics{"a", "x"};
  for (std::size_t i = 0; i < limits::config_diagnostics; ++i)
    diagnostics.error({1, 1}, "m");
  EXPECT_EQ(Diagnostics{diagnostics}.take().size(), limits::config_diagnostics);
  diagnostics.error({1, 1}, "m");
  diagnostics.error({1, 1}, "m");
  const auto found = diagnostics.take();
  ASSERT_EQ(found.size(), limits::config_diagnostics + 1);
  EXPECT_EQ(render(found.back()), "a: error: 2 more findings are not shown");
}

TEST(Diagnostics, CutsLongLines) {
  const std::string text = "x = \"" + std::string(100'000, 'a') + "\"";
  EXPECT_LT(rendered(text, {1, 5}, "m").size(), 1000U);
  EXPECT_LT(rendered(text, {1, 90'000}, "m").size(), 1000U);
}

TEST(Inside, FollowsTheLiteral) {
  const auto inside = [](const std::string& line, std::size_t offset) {
    const Place place = Diagnostics{"a", line}.inside({1, 5}, offset);
    EXPECT_EQ(place.line, 1U);
    return place.column;
  };
  EXPECT_EQ(inside("x = 'abc'", 0), 6U);
  EXPECT_EQ(inside("x = 'a\\c'", 2), 8U);
  EXPECT_EQ(inside("x = \"abc\"", 3), 9U);
  EXPECT_EQ(inside("x = \"a\\tc\"", 2), 9U);          // the escape is two columns of one byte
  EXPECT_EQ(inside("x = \"\\u00e9c\"", 2), 12U);      // six columns of two bytes
  EXPECT_EQ(inside("x = \"\\U0001F600c\"", 4), 16U);  // ten columns of four bytes
  EXPECT_EQ(inside("x = \"éc\"", 2), 7U);             // one column of two bytes
  EXPECT_EQ(inside("x = \"abc\"", 99), 9U);           // never behind the closing quote
  EXPECT_EQ(inside("x = '''abc'''", 1), 5U);          // several lines: the literal itself
  EXPECT_EQ(inside("x = 17", 1), 5U);
  EXPECT_EQ(inside("x", 1), 5U);
}

TEST(InQuotes, CutsAtACodePoint) {
  EXPECT_EQ(in_quotes("ab"), "\"ab\"");
  EXPECT_EQ(in_quotes(std::string(79, 'a') + "éb"), '"' + std::string(79, 'a') + "...\"");
}

TEST(Printable, KeepsUtf8AndReplacesTheRest) {
  EXPECT_EQ(printable("a\té€😀"), "a\té€😀");
  EXPECT_EQ(printable("\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82"), "???????????");
}

TEST(Diagnostics, ShowLinesOfTheFileThatIsMeant) {
  Diagnostics diagnostics{"a.toml", "one\ntwo\n"};
  const std::uint16_t second = diagnostics.add_file("d/b.toml", "uno\n'due'");
  diagnostics.error({2, 1, second}, "second");
  diagnostics.error({2, 1}, "first");
  EXPECT_EQ(diagnostics.line_of({2, 1}), "line 2");
  EXPECT_EQ(diagnostics.line_of({2, 1, second}), "line 2 of \"d/b.toml\"");
  EXPECT_EQ(diagnostics.inside({2, 1, second}, 2), (Place{2, 4, second}));
  const auto found = diagnostics.take();
  EXPECT_EQ(render(found[0]), "a.toml:2:1: error: first\ntwo\n^");
  EXPECT_EQ(render(found[1]), "d/b.toml:2:1: error: second\n'due'\n^");
}

}  // namespace
}  // namespace signgate::config
