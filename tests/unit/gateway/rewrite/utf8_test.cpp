// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/utf8.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

std::string encoded(std::uint32_t code_point) {
  std::string out;
  append_utf8(code_point, out);
  return out;
}

TEST(Utf8, EncodesEveryLength) {
  EXPECT_EQ(encoded('a'), "a");
  EXPECT_EQ(encoded(0x7F), "\x7F");
  EXPECT_EQ(encoded(0x80), "\xC2\x80");
  EXPECT_EQ(encoded(0x7FF), "\xDF\xBF");
  EXPECT_EQ(encoded(0x800), "\xE0\xA0\x80");
  EXPECT_EQ(encoded(0xFFFF), "\xEF\xBF\xBF");
  EXPECT_EQ(encoded(0x10000), "\xF0\x90\x80\x80");
  EXPECT_EQ(encoded(0x10FFFF), "\xF4\x8F\xBF\xBF");
  for (const std::uint32_t bad : {0xD800U, 0xDFFFU, 0x110000U, 0xFFFFFFFFU})
    EXPECT_EQ(encoded(bad), "\xEF\xBF\xBD");
}

TEST(Utf8, TellsWellFormedText) {
  for (const std::uint32_t code_point :
       {0x0U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xD7FFU, 0xE000U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
    EXPECT_TRUE(is_utf8("a" + encoded(code_point) + "b")) << code_point;
    const std::string text = encoded(code_point);
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
      EXPECT_FALSE(is_utf8(text.substr(0, cut)));
      EXPECT_FALSE(is_utf8(text.substr(cut)));
    }
  }
  for (const std::string_view bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3(", "\xFF"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
  EXPECT_TRUE(is_utf8(""));
}

}  // namespace
}  // namespace signgate::rewrite
