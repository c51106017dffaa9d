// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/log_escape.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

using namespace std::string_literals;

std::string json(std::string_view text) {
  std::string out;
  append_json_escaped(text, out);
  return out;
}

std::string by_default(std::string_view text) {
  std::string out;
  append_log_escaped(text, out);
  return out;
}

TEST(AppendLogEscaped, WritesWhatWouldBreakALineAsNginxDoes) {
  EXPECT_EQ(by_default("a\"b\\c d~"), "a\\x22b\\x5Cc d~");
  EXPECT_EQ(by_default("\r\n\t\x7f\x80\xff\0"s), "\\x0D\\x0A\\x09\\x7F\\x80\\xFF\\x00");
  EXPECT_EQ(by_default(""), "-");
}

TEST(AppendJsonEscaped, WritesWhatNginxWrites) {
  EXPECT_EQ(json("a\"b\\c/d"), "a\\\"b\\\\c/d");
  EXPECT_EQ(json("\n\r\t\b\f"), "\\n\\r\\t\\b\\f");
  EXPECT_EQ(json("\x01\x1f\0"s), "\\u0001\\u001F\\u0000");
  EXPECT_EQ(json("\x7f\xc3\xa9"), "\x7f\xc3\xa9");
  EXPECT_EQ(json(""), "");
}

TEST(EscapeInLine, KeepsWhatFollowsOnOneLine) {
  const auto in_line = [](std::string text, std::size_t begin) {
    escape_in_line(text, begin);
    return text;
  };
  EXPECT_EQ(in_line("a\r\nX: y\0z"s, 0), "a%0D%0AX: y%00z");
  EXPECT_EQ(in_line("\r\nkept\r", 6), "\r\nkept%0D");
  EXPECT_EQ(in_line("plain \x7f\xff", 0), "plain \x7f\xff");
  EXPECT_EQ(in_line("", 0), "");
}

}  // namespace
}  // namespace signgate::route
