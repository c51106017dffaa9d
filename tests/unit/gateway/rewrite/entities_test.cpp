// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/entities.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

std::string decoded(std::string_view raw) {
  AttributeText text;
  text.decode(raw);
  return std::string(text.text());
}

TEST(Entities, KnowsNamedReferences) {
  EXPECT_EQ(named_reference("amp;"), "&");
  EXPECT_EQ(named_reference("amp"), "&");
  EXPECT_EQ(named_reference("AMP"), "&");
  EXPECT_EQ(named_reference("Aacute;"), "Á");
  EXPECT_EQ(named_reference("zwnj;"), "\u200c");
  EXPECT_EQ(named_reference("NotEqualTilde;"), "≂̸");
  EXPECT_EQ(named_reference("CounterClockwiseContourIntegral;"), "∳");
  EXPECT_EQ(named_reference("Amp;"), "");
  EXPECT_EQ(named_reference("lang"), "");
  EXPECT_EQ(named_reference(""), "");
}

TEST(Entities, DecodesByTheRuleForAttributes) {
  EXPECT_EQ(decoded("a&amp;b&lt;&#39;&quot;"), "a&b<'\"");
  EXPECT_EQ(decoded("?a&copy=1"), "?a&copy=1");
  EXPECT_EQ(decoded("?a&copy1"), "?a&copy1");
  EXPECT_EQ(decoded("?a&copyx;"), "?a&copyx;");
  EXPECT_EQ(decoded("?a&copy;=1"), "?a©=1");
  EXPECT_EQ(decoded("&copy"), "©");
  EXPECT_EQ(decoded("&copy-"), "©-");
  EXPECT_EQ(decoded("&notit;&notin;&not;"), "&notit;∉¬");
  EXPECT_EQ(decoded("& &; &a && &&amp;"), "& &; &a && &&");
  EXPECT_EQ(decoded("&CounterClockwiseContourIntegralx;"), "&CounterClockwiseContourIntegralx;");
}

TEST(Entities, DecodesNumericReferences) {
  EXPECT_EQ(decoded("&#65;&#x42;&#X43&#68"), "ABCD");
  EXPECT_EQ(decoded("&#65a&#x41g"), "AaAg");
  EXPECT_EQ(decoded("&#;&#x;&#xg;&#a;"), "&#;&#x;&#xg;&#a;");
  EXPECT_EQ(decoded("&#0;&#xD800;&#x110000;&#99999999999999999999;"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(decoded("&#x80;&#x81;&#x9F;"), "€\u0081Ÿ");
  EXPECT_EQ(decoded("&#x10FFFF;"), "\U0010FFFF");
  EXPECT_EQ(decoded(std::string_view("a\0b", 3)), "a\uFFFDb");
}

TEST(Entities, SaysWhatIsPlain) {
  EXPECT_TRUE(AttributeText::is_plain("a#;b"));
  EXPECT_TRUE(AttributeText::is_plain(""));
  EXPECT_FALSE(AttributeText::is_plain("a&b"));
  EXPECT_FALSE(AttributeText::is_plain(std::string_view("a\0", 2)));
}

TEST(Entities, FindsTheWayBackToTheRawText) {
  AttributeText text;
  text.decode("ab&amp;c&copy;&#x44;e");
  ASSERT_EQ(text.text(), "ab&c©De");
  const std::pair<std::size_t, std::size_t> ways[] = {{0, 0}, {1, 1},  {2, 2},  {3, 7},
                                                      {4, 8}, {6, 14}, {7, 20}, {8, 21}};
  for (const auto& [offset, raw] : ways)
    EXPECT_EQ(text.raw_offset(offset), raw) << offset;
  text.decode("xyz");
  EXPECT_EQ(text.raw_offset(3), 3U);
}

TEST(Entities, ResolvesOneReference) {
  EXPECT_EQ(character_reference("amp;"), "&");
  EXPECT_EQ(character_reference("eacute;"), "é");
  EXPECT_EQ(character_reference("#38;"), "&");
  EXPECT_EQ(character_reference("#x2f;"), "/");
  for (const char* name : {"", ";", "#;", "#x;", "#38;x", "nothing;", "#g;"})
    EXPECT_EQ(character_reference(name), "") << name;
}

}  // namespace
}  // namespace signgate::rewrite
