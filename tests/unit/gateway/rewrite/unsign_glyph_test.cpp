// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/unsign_glyph.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

// The text that `raw` is written for, character by character.
std::string read_all(std::string_view raw, BodyText kind) {
  std::string text;
  while (!raw.empty()) {
    const Glyph glyph = read_glyph(raw, kind, true);
    if (glyph.length == 0 || glyph.length > raw.size()) return "no progress";
    text += glyph.text;
    raw.remove_prefix(glyph.length);
  }
  return text;
}

std::string plain(std::string_view raw) {
  return read_all(raw, BodyText::plain);
}

std::string form(std::string_view raw) {
  return read_all(raw, BodyText::form);
}

TEST(UnsignGlyph, TakesTheWaysOfHtmlAndJsonToWriteACharacter) {
  EXPECT_EQ(plain("a&b"), "a&b");
  EXPECT_EQ(plain("&amp;&#38;&#x26;&#X26;&#038;"), "&&&&&");
  EXPECT_EQ(plain("&lt;&quot;&#x2F;&sol;&eacute;"), "<\"//é");
  EXPECT_EQ(plain("\\/\\u0026\\u002f\\u00e9\\u003D"), "/&/é=");
  EXPECT_EQ(plain("%26+"), "%26+");
  EXPECT_EQ(plain("\xE9"), "\xE9");
}

TEST(UnsignGlyph, TakesOneWayWithinAnother) {
  EXPECT_EQ(plain("&amp;amp;x&amp;amp;amp;y&amp;#38;z"), "&x&y&z");
  EXPECT_EQ(plain("\\u0026amp;x"), "&x");
  EXPECT_EQ(plain("\\\\/\\\\\\/\\\\u0026"), "//&");
  EXPECT_EQ(plain("&amp;lt;"), "<");
  // No text is written so deep.
  EXPECT_EQ(plain("&amp;amp;amp;amp;amp;"), "&amp;");
  EXPECT_EQ(plain("\\\\\\\\\\\\\\\\/"), "\\/");
}

TEST(UnsignGlyph, LeavesWhatIsNoWayToWriteOne) {
  for (const std::string_view text : {"&", "&&", "&amp", "&nothing;", "&Signature=", "&#;", "&#x;",
                                      "&;", "\\", "\\n", "\\u", "\\u12", "\\u12g4", "\\x26"})
    EXPECT_EQ(plain(text), text);
}

TEST(UnsignGlyph, ResolvesAFormFirst) {
  EXPECT_EQ(form("%26+%2b"), "& +");
  EXPECT_EQ(form("a&b"), "a\nb");
  EXPECT_EQ(form("%26amp%3Bx%26amp;y"), "&x&y");
  EXPECT_EQ(form("%5C%2F%5c/%5Cu0026"), "//&");
  EXPECT_EQ(form("%&%4&%4g%"), "%\n%4\n%4g%");
  // The `&` between two pairs begins no reference.
  EXPECT_EQ(form("x&amp;y"), "x\namp;y");
}

TEST(UnsignGlyph, WaitsForWhatIsCut) {
  struct Case {
    std::string_view raw;
    BodyText kind;
  };
  for (const Case& each :
       {Case{"&amp;amp;=", BodyText::plain}, Case{"\\\\u0026x=", BodyText::plain},
        Case{"\\u0026amp;=", BodyText::plain}, Case{"%26amp%3Bamp%3B%3D", BodyText::form},
        Case{"%5C%5Cu0026x=", BodyText::form}, Case{"&Signature=", BodyText::plain}}) {
    const Glyph whole = read_glyph(each.raw, each.kind, true);
    for (std::size_t size = 1; size <= each.raw.size(); ++size) {
      const Glyph cut = read_glyph(each.raw.substr(0, size), each.kind, false);
      if (cut.length == 0) continue;
      EXPECT_EQ(cut.length, whole.length) << each.raw << " cut at " << size;
      EXPECT_EQ(cut.text, whole.text) << each.raw << " cut at " << size;
    }
    EXPECT_NE(read_glyph(each.raw, each.kind, false).length, 0U) << each.raw;
  }
  EXPECT_EQ(read_glyph("", BodyText::plain, true).length, 0U);
}

}  // namespace
}  // namespace signgate::rewrite
