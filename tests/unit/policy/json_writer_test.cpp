// SPDX-License-Identifier: Apache-2.0
#include "policy/json_writer.hpp"

#include <gtest/gtest.h>

#include <limits>

#include <limits>

#include "policy/json.hpp"

namespace signgate::policy {
namespace {

std::string as_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(as_string(""), R"("")");
  EXPECT_EQ(as_string("a/b&c<d>'e"), R"("a/b&c<d>'e")");
  EXPECT_EQ(as_string(R"(q"uote\back)"), R"("q\"uote\\back")");
  EXPECT_EQ(as_string("\b\t\n\f\r"), R"("\b\t\n\f\r")");
  EXPECT_EQ(as_string(std::string_view("\0\x01\x1f", 3)), R"("\u0000\u0001\u001f")");
  EXPECT_EQ(as_string("caf\xC3\xA9\x7F"), "\"caf\xC3\xA9\x7F\"");
}

TEST(JsonString, JudgesEveryByteAtEveryPlace) {
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        std::string text(size, 'x');
        text[at] = c;
        const bool escaped = byte < 0x20 || c == '"' || c == '\\';
        std::string out;
        append_json_string(out, text);
        ASSERT_EQ(out == '"' + text + '"', !escaped) << size << ' ' << at << ' ' << byte;
        if (!escaped) continue;
        ASSERT_EQ(out.substr(0, at + 2), '"' + std::string(at, 'x') + '\\');
        ASSERT_EQ(out.substr(out.size() - (size - at)), std::string(size - at - 1, 'x') + '"');
      }
    }
  }
}

TEST(JsonString, ReadsBackAsItWas) {
  std::string all;
  for (int c = 0; c < 0x80; ++c)
    all += static_cast<char>(c);
  const auto value = json_parse(as_string(all));
  ASSERT_TRUE(value);
  EXPECT_EQ(value->text, all);
}

TEST(JsonInteger, WritesTheWholeRange) {
  std::string out;
  append_json_integer(out, std::numeric_limits<std::int64_t>::min());
  out += ' ';
  append_json_integer(out, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(out, "-9223372036854775808 9223372036854775807");
}

void write_sample(JsonWriter& json) {
  json.object([&] {
    json.name("empty").object([] {});
    json.name("list").array([&] {
      json.integer(1);
      json.string("two");
      json.array([] {});
      json.object([&] { json.name("b").boolean(true); });
    });
    json.name("last").boolean(false);
  });
}

TEST(JsonWriter, WritesWithoutWhiteSpace) {
  std::string out;
  JsonWriter json(out);
  write_sample(json);
  EXPECT_EQ(out, R"({"empty":{},"list":[1,"two",[],{"b":true}],"last":false})");
}

TEST(JsonWriter, IndentsAndMeansTheSame) {
  std::string out;
  JsonWriter json(out, 2);
  write_sample(json);
  EXPECT_EQ(out,
            "{\n  \"empty\": {},\n  \"list\": [\n    1,\n    \"two\",\n    [],\n    {\n      "
            "\"b\": true\n"
            "    }\n  ],\n  \"last\": false\n}");
  EXPECT_EQ(compact_json(out), R"({"empty":{},"list":[1,"two",[],{"b":true}],"last":false})");
}

TEST(AppendJsonReal, WritesPlainDecimals) {
  const auto written = [](double value, int decimals) {
    std::string out;
    append_json_real(out, value, decimals);
    return out;
  };
  EXPECT_EQ(written(0.9731, 3), "0.973");
  EXPECT_EQ(written(-2.5, 1), "-2.5");
  EXPECT_EQ(written(1e21, 0), "1000000000000000000000");
  EXPECT_EQ(written(1e-7, 3), "0.000");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity(), 1), "0.0");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN(), 0), "0");
  EXPECT_EQ(written(-std::numeric_limits<double>::max(), 9).size(), 320U);
}

TEST(JsonWriter, SetsCommasBeforeReals) {
  std::string out;
  JsonWriter json(out);
  json.array([&] {
    json.integer(1);
    json.real(0.5, 2);
  });
  EXPECT_EQ(out, "[1,0.50]");
}

TEST(CompactJson, KeepsStringsAsTheyAre) {
  EXPECT_EQ(compact_json("{ \"a b\" :\t\"c  \\\" d\\\\\" ,\r\n\"e\":[ 1 , 2 ] }\n"),
            R"({"a b":"c  \" d\\","e":[1,2]})");
  EXPECT_EQ(compact_json(""), "");
  EXPECT_EQ(compact_json("\"cut \\"), "\"cut \\");
}

}  // namespace
}  // namespace signgate::policy
