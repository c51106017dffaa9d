// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/cache_directives.hpp"

#include <gtest/gtest.h>

namespace signgate::http {
namespace {

std::string read(std::string_view value, DirectiveForm form = DirectiveForm::cache_control) {
  std::string text;
  for (const CacheDirective& directive : parse_directives(value, form)) {
    text.append("[").append(directive.name);
    if (directive.argument) text.append("|").append(*directive.argument);
    text.append("]");
  }
  return text;
}

TEST(CacheDirectives, AreNamesWithOrWithoutAnArgument) {
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read(" , ,"), "");
  EXPECT_EQ(read("public, max-age=9,private=\"a, b\""), "[public][max-age|9][private|\"a, b\"]");
  EXPECT_EQ(read("max-age = 9, x="), "[max-age|9][x|]");
  EXPECT_EQ(read("=9"), "[|9]");
}

TEST(CacheDirectives, ArePartedAsTheForgivingPartThem) {
  EXPECT_EQ(read("public; max-age=9"), "[public][max-age|9]");
  EXPECT_EQ(read("public max-age=9\tx"), "[public][max-age|9][x]");
  constexpr auto surrogate = DirectiveForm::surrogate_control;
  EXPECT_EQ(read("max-age=9 + 3;edge.example", surrogate), "[max-age|9 + 3;edge.example]");
  EXPECT_EQ(read("no-store; max-age=9", surrogate), "[no-store][max-age|9]");
  EXPECT_EQ(read("no-store max-age=9", surrogate), "[no-store][max-age|9]");
}

TEST(CacheDirectives, ALoneQuoteEndsItsOwnAlone) {
  EXPECT_EQ(read("private=\"a, max-age=9"), "[private][max-age|9]");
  EXPECT_EQ(read("\"a, max-age=9"), "[max-age|9]");
  EXPECT_EQ(read("a\"b\\\"c, max-age=9"), "[a][max-age|9]");
}

TEST(CacheDirectives, AreWrittenWithCommas) {
  std::vector<CacheDirective> directives =
      parse_directives("Public; MAX-AGE = 9", DirectiveForm::cache_control);
  EXPECT_EQ(join_directives(directives), "Public, MAX-AGE = 9");
  ASSERT_TRUE(directives.back().is("max-age"));
  directives.back().set(5);
  EXPECT_EQ(join_directives(directives), "Public, MAX-AGE=5");
  EXPECT_EQ(join_directives({}), "");
}

TEST(CacheDirectives, SecondsAreDigitsWithOrWithoutQuotes) {
  EXPECT_EQ(parse_seconds("0"), 0U);
  EXPECT_EQ(parse_seconds("\"60\""), 60U);
  EXPECT_EQ(parse_seconds("2147483648"), most_seconds);
  EXPECT_EQ(parse_seconds("99999999999999999999999999"), most_seconds);
  for (const char* text : {"", "\"", "\"\"", "-1", "+1", "1.5", "1h", " 1", "'1'"})
    EXPECT_FALSE(parse_seconds(text)) << text;
}

}  // namespace
}  // namespace signgate::http
