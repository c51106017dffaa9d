// SPDX-License-Identifier: Apache-2.0
#include "policy/json.hpp"

#include <gtest/gtest.h>

#include <random>

namespace signgate::policy {
namespace {

DocumentError error_of(std::string_view text, const JsonLimits& limits = {}) {
  auto result = json_parse(text, limits);
  EXPECT_TRUE(result.has_error()) << text;
  return result.has_error() ? result.error() : DocumentError{};
}

TEST(Json, ReadsEveryKindWithItsPlace) {
  const auto result = json_parse("{\n  \"a\": [1, true, null],\r\n\t\"é\":\"x\" , \"o\" : {}}");
  ASSERT_TRUE(result.has_value()) << result.error().message;
  const JsonValue& root = *result;
  ASSERT_TRUE(root.is(JsonKind::object));
  EXPECT_EQ(root.position, (Position{1, 1, 0}));
  const JsonMember* a = root.find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->position, (Position{2, 3, 4}));
  EXPECT_EQ(a->value.position, (Position{2, 8, 9}));
  ASSERT_EQ(a->value.items.size(), 3U);
  EXPECT_EQ(a->value.items[0].integer(), 1);
  EXPECT_TRUE(a->value.items[1].boolean);
  EXPECT_TRUE(a->value.items[2].is(JsonKind::null));
  EXPECT_EQ(a->value.items[2].position, (Position{2, 18, 19}));
  // The two bytes of the name are one column.
  const JsonMember* accented = root.find("é");
  ASSERT_NE(accented, nullptr);
  EXPECT_EQ(accented->value.position, (Position{3, 6, 33}));
  EXPECT_EQ(accented->value.text, "x");
  EXPECT_EQ(root.find("b"), nullptr);
  EXPECT_EQ(root.find("a")->value.find("a"), nullptr);
}

TEST(Json, ResolvesEscapes) {
  const auto result = json_parse(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00\u0000")");
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->text,
            std::string("\"\\/\b\f\n\r\tA\u00e9\u20ac\U0001F600\0", 8 + 1 + 2 + 3 + 4 + 1));
}

TEST(Json, TakesAScalarAsTheWholeDocument) {
  for (const std::string_view text :
       {"0", "-0", "\"\"", "true", "false", "null", " [ ] ", "{}\n", "-1.5e+10", "1E9", "0.25"}) {
    EXPECT_TRUE(json_parse(text).has_value()) << text;
  }
}

TEST(Json, GivesNumbersAsIntegerOnlyWhenWrittenSo) {
  struct Case {
    std::string_view text;
    std::optional<std::int64_t> integer;
    std::optional<double> real;
  };
  for (const Case& c : {
           Case{"1893456000", 1893456000, 1893456000.0},
           Case{"-7", -7, -7.0},
           Case{"9223372036854775807", 9223372036854775807, 9223372036854775807.0},
           Case{"9223372036854775808", std::nullopt, 9223372036854775808.0},
           Case{"1.0", std::nullopt, 1.0},
           Case{"1e3", std::nullopt, 1000.0},
           Case{"1e999", std::nullopt, std::nullopt},
           Case{"\"1\"", std::nullopt, std::nullopt},
       }) {
    const auto result = json_parse(c.text);
    ASSERT_TRUE(result.has_value()) << c.text;
    EXPECT_EQ(result->integer(), c.integer) << c.text;
    EXPECT_EQ(result->real(), c.real) << c.text;
  }
}

TEST(Json, RefusesWhatIsNotJsonAndSaysWhere) {
  struct Case {
    std::string_view text;
    Position place;
    std::string_view says;
  };
  for (const Case& c : {
           Case{"", {1, 1, 0}, "expected a value, found the end"},
           Case{"{", {1, 2, 1}, "expected a member name in double quotes"},
           Case{"{\n a: 1}", {2, 2, 3}, "expected a member name in double quotes, found 'a'"},
           Case{"{\"a\" 1}", {1, 6, 5}, "expected ':'"},
           Case{"{\"a\":1,}", {1, 8, 7}, "expected a member name"},
           Case{"{\"a\":1 \"b\":2}", {1, 8, 7}, "expected ',' or '}'"},
           Case{"[1,]", {1, 4, 3}, "expected a value, found ']'"},
           Case{"[1 2]", {1, 4, 3}, "expected ',' or ']'"},
           Case{"[1", {1, 3, 2}, "found the end of the document"},
           Case{"1 2", {1, 3, 2}, "after the end of the document"},
           Case{"01", {1, 2, 1}, "leading zero"},
           Case{"-", {1, 2, 1}, "expected a digit"},
           Case{"1.", {1, 3, 2}, "expected a digit"},
           Case{"1.e1", {1, 3, 2}, "expected a digit"},
           Case{"1e", {1, 3, 2}, "expected a digit"},
           Case{"+1", {1, 1, 0}, "expected a value, found '+'"},
           Case{".5", {1, 1, 0}, "expected a value"},
           Case{"NaN", {1, 1, 0}, "expected a value"},
           Case{"True", {1, 1, 0}, "expected a value"},
           Case{"tru", {1, 1, 0}, "true, false and null"},
           Case{"truex", {1, 5, 4}, "after the end of the document"},
           Case{"'a'", {1, 1, 0}, "expected a value"},
           Case{"// no\n1", {1, 1, 0}, "expected a value, found '/'"},
           Case{"\"abc", {1, 1, 0}, "not closed"},
           Case{"\"a\nb\"", {1, 3, 2}, "control character"},
           Case{"\"a\tb\"", {1, 3, 2}, "0x09"},
           Case{"\"\\x\"", {1, 2, 1}, "unknown escape"},
           Case{"\"\\", {1, 2, 1}, "unknown escape"},
           Case{"\"\\u12g4\"", {1, 2, 1}, "four hexadecimal digits"},
           Case{"\"\\u12", {1, 2, 1}, "four hexadecimal digits"},
           Case{"\"\\ud800\"", {1, 2, 1}, "half of a surrogate pair"},
           Case{"\"\\udc00\"", {1, 2, 1}, "half of a surrogate pair"},
           Case{"\"\\ud800\\u0041\"", {1, 2, 1}, "half of a surrogate pair"},
           Case{"\"\\ud800\\n\"", {1, 2, 1}, "half of a surrogate pair"},
           Case{"\"\xc3\"", {1, 2, 1}, "not valid UTF-8"},
           Case{"\"\xed\xa0\x80\"", {1, 2, 1}, "not valid UTF-8"},
           Case{"\"\xc0\xaf\"", {1, 2, 1}, "not valid UTF-8"},
           Case{"\xef\xbb\xbf{}", {1, 1, 0}, "byte 0xef"},
       }) {
    const DocumentError error = error_of(c.text);
    EXPECT_EQ(error.position, c.place) << c.text << "\n" << error.message;
    EXPECT_NE(error.message.find(c.says), std::string::npos) << c.text << "\n" << error.message;
  }
}

TEST(Json, RefusesADuplicateNameAtItsSecondPlace) {
  const DocumentError error = error_of("{\"b\":1,\n\"a\":1,\n \"\\u0062\":2, \"a\":2}");
  EXPECT_EQ(error.position, (Position{3, 2, 16}));
  EXPECT_EQ(error.message, "duplicate member name \"b\"");
  EXPECT_TRUE(json_parse(R"({"a":1,"A":2})").has_value());
  EXPECT_TRUE(json_parse(R"([{"a":1},{"a":2}])").has_value());
}

TEST(Json, HoldsItsBoundsExactly) {
  const JsonLimits limits{.bytes = 12, .depth = 3, .values = 4};
  EXPECT_TRUE(json_parse("[[[]]]", limits).has_value());
  EXPECT_EQ(error_of("[[[[]]]]", limits).position, (Position{1, 4, 3}));
  EXPECT_TRUE(json_parse("[1,2,3]", limits).has_value());
  EXPECT_EQ(error_of("[1,2,3,4]", limits).position, (Position{1, 8, 7}));
  EXPECT_TRUE(json_parse("\"1234567890\"", limits).has_value());
  EXPECT_NE(error_of("\"12345678901\"", limits).message.find("longer than 12"), std::string::npos);
}

TEST(Json, AHostileDepthEndsInAnError) {
  EXPECT_NE(error_of(std::string(60000, '[')).message.find("nested deeper"), std::string::npos);
}

TEST(Json, EveryPrefixOfADocumentIsAnErrorWithinIt) {
  const std::string_view text =
      R"({"Statement":[{"Resource":"h\u00e9*","N":-1.5e3,"B":[true,null]}]})";
  ASSERT_TRUE(json_parse(text).has_value());
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    const DocumentError error = error_of(text.substr(0, cut));
    EXPECT_LE(error.position.offset, cut);
    EXPECT_FALSE(error.message.empty());
  }
}

TEST(Json, ASequenceIsReadOneAfterTheOther) {
  const auto values = json_parse_sequence(" {\"a\":1}\n[2]3\n\n");
  ASSERT_TRUE(values.has_value()) << values.error().message;
  ASSERT_EQ(values->size(), 3U);
  EXPECT_EQ((*values)[1].position, (Position{2, 1, 9}));
  EXPECT_EQ((*values)[2].integer(), 3);
  EXPECT_EQ((*values)[2].position.column, 4U);
  for (const std::string_view text : {"", " \n", "{}\n{", "[1],[2]"})
    EXPECT_TRUE(json_parse_sequence(text).has_error()) << text;
  EXPECT_EQ(json_parse_sequence("1\n2\nx").error().position.line, 3U);
  // The limits are those of the whole text.
  const JsonLimits limits{.bytes = 3, .depth = 1, .values = 2};
  EXPECT_TRUE(json_parse_sequence("1 2", limits).has_value());
  EXPECT_TRUE(json_parse_sequence("1 2 ", limits).has_error());
  EXPECT_TRUE(json_parse_sequence("[3]", limits).has_value());
  EXPECT_TRUE(json_parse_sequence("[[]", limits).has_error());
  EXPECT_TRUE(json_parse_sequence("1 2 3", {.values = 2}).has_error());
}

TEST(Json, AnExcerptIsSafeToPrint) {
  EXPECT_EQ(excerpt("a\nb\x7f\xff"), "\"a?b??\"");
  EXPECT_EQ(excerpt(std::string(61, 'x')), '"' + std::string(60, 'x') + "...\"");
}

}  // namespace
}  // namespace signgate::policy
