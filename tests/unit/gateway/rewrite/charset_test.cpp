// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/charset.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

using Kind = Charset::Kind;

TEST(Charset, KnowsLabels) {
  const auto kind = [](std::string_view label) { return find_charset(label).value().kind; };
  for (const char* label : {"utf-8", " UTF8 ", "unicode-1-1-utf-8"})
    EXPECT_EQ(kind(label), Kind::utf8) << label;
  for (const char* label : {"iso-8859-1", "LATIN1", "us-ascii", "windows-1252", "cp1251",
                            "iso-8859-9", "x-cp1250", "windows-1258"})
    EXPECT_EQ(kind(label), Kind::single_byte) << label;
  for (const char* label :
       {"iso-8859-2", "koi8-r", "euc-jp", "ibm866", "macintosh", "tis-620", "x-user-defined"})
    EXPECT_EQ(kind(label), Kind::ascii_based) << label;
  for (const char* label : {"shift_jis", "gbk", "gb2312", "gb18030", "big5", "euc-kr"})
    EXPECT_EQ(kind(label), Kind::ascii_trails) << label;
  for (const char* label : {"utf-16", "utf-16le", "utf-16be", "utf-32", "utf-7", "ucs-2", "unicode",
                            "unicodefffe", "iso-2022-jp", "iso-2022-kr", "hz-gb-2312"})
    EXPECT_EQ(kind(label), Kind::other) << label;
  for (const char* label : {"", " ", "something-new", "utf", "latin", "a-label-longer-than-any-is"})
    EXPECT_FALSE(find_charset(label)) << label;
}

TEST(Charset, TakesADocumentThatSaysItIsUtf16InAsciiForUtf8) {
  EXPECT_EQ(find_declared_charset("utf-16le")->kind, Kind::utf8);
  EXPECT_EQ(find_declared_charset("x-user-defined")->kind, Kind::single_byte);
  EXPECT_EQ(find_declared_charset("iso-2022-jp")->kind, Kind::other);
  EXPECT_FALSE(find_declared_charset("none"));
}

TEST(Charset, ResolvesSingleBytes) {
  const auto text = [](std::string_view label, std::string_view bytes) {
    std::string out;
    for (const char c : bytes)
      append_as_utf8(c, *find_charset(label), out);
    return out;
  };
  EXPECT_EQ(text("latin1", "\xE9\x80\x81\xFF"), "\u00E9\u20AC\u0081\u00FF");
  EXPECT_EQ(text("windows-1250", "\x8A\xB9"), "\u0160\u0105");
  EXPECT_EQ(text("windows-1251", "\xC0\xFF"), "\u0410\u044F");
  EXPECT_EQ(text("windows-1253", "\xE1\xAA"), "\u03B1\uFFFD");
  EXPECT_EQ(text("latin5", "\xFD"), "\u0131");
  EXPECT_EQ(text("windows-1255", "\xE0"), "\u05D0");
  EXPECT_EQ(text("windows-1256", "\xC7"), "\u0627");
  EXPECT_EQ(text("windows-1257", "\xE0"), "\u0105");
  EXPECT_EQ(text("windows-1258", "\xF5"), "\u01A1");
}

TEST(Charset, FindsTheLabelInAContentType) {
  EXPECT_EQ(charset_in_content("text/html; charset=utf-8"), "utf-8");
  EXPECT_EQ(charset_in_content("text/html;CHARSET = \"a b\";x"), "a b");
  EXPECT_EQ(charset_in_content("charset='x'"), "x");
  EXPECT_EQ(charset_in_content("charset charset=koi8-r;x"), "koi8-r");
  EXPECT_EQ(charset_in_content("text/html; charset=big5 x"), "big5");
  for (const char* none : {"", "charset", "charset=", "charset=\"x", "text/html"})
    EXPECT_EQ(charset_in_content(none), "") << none;
}

TEST(Charset, LosesItsCharactersWhereTheyAreNotResolved) {
  EXPECT_EQ(find_charset("latin1")->unresolved().kind, Kind::ascii_based);
  EXPECT_EQ(find_charset("big5")->unresolved().kind, Kind::ascii_trails);
  EXPECT_EQ(Charset{}.unresolved().kind, Kind::utf8);
}

}  // namespace
}  // namespace signgate::rewrite
