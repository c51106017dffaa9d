// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/xml_reference.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

TEST(XmlReference, IsOneOfFiveNamesOrANumber) {
  EXPECT_EQ(read_xml_reference("&amp;x").text, "&");
  EXPECT_EQ(read_xml_reference("&amp;x").length, 5U);
  EXPECT_EQ(read_xml_reference("&lt;").text, "<");
  EXPECT_EQ(read_xml_reference("&gt;").text, ">");
  EXPECT_EQ(read_xml_reference("&quot;").text, "\"");
  EXPECT_EQ(read_xml_reference("&apos;").text, "'");
  EXPECT_EQ(read_xml_reference("&#038;").text, "&");
  EXPECT_EQ(read_xml_reference("&#x3C;").text, "<");
  EXPECT_EQ(read_xml_reference("&#x1F600;").text, "\xF0\x9F\x98\x80");
}

TEST(XmlReference, IsNoOtherThing) {
  for (const std::string_view text :
       {"& ", "&;", "&copy;", "&amp ", "&AMP;", "&#;", "&#x;", "&#x26", "&#0;", "&#xD800;",
        "&#x110000;", "&#128;", "&#99999999999999999999;", "&#X26;",
        "&#00000000000000000000000000000000038;"}) {
    EXPECT_EQ(read_xml_reference(text).length, 0U) << text;
  }
}

TEST(XmlReference, MayBeCut) {
  for (const std::string_view text : {"&", "&a", "&amp", "&#", "&#x2"})
    EXPECT_TRUE(read_xml_reference(text).cut) << text;
  EXPECT_FALSE(read_xml_reference("&" + std::string(31, 'a')).cut);
  EXPECT_FALSE(read_xml_reference("&a b").cut);
}

TEST(XmlReference, AreAllKnownOrNot) {
  EXPECT_TRUE(has_known_references(""));
  EXPECT_TRUE(has_known_references("a&amp;b&#38;c"));
  EXPECT_FALSE(has_known_references("a&amp;b&c"));
  EXPECT_FALSE(has_known_references("&base;/x"));
}

}  // namespace
}  // namespace signgate::rewrite
