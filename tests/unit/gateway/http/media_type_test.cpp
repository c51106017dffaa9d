// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/media_type.hpp"

#include <gtest/gtest.h>

namespace signgate::http {
namespace {

TEST(MediaType, ReadsTypeSubtypeAndCharset) {
  struct Case {
    const char* value;
    bool html;
    const char* charset;  // null = none
  };
  const Case cases[] = {
      {"text/html", true, nullptr},
      {"TEXT/HtMl", true, nullptr},
      {" text/html\t", true, nullptr},
      {"text/html;charset=utf-8", true, "utf-8"},
      {"text/html ; Charset=\"UTF-8\"", true, "utf-8"},
      {"text/html; a=b; charset=ISO-8859-1; charset=utf-8", true, "iso-8859-1"},
      {"text/html; a=\"x; charset=wrong\"; charset=right", true, "right"},
      {"text/html; a=\"\\\"; charset=wrong\"; charset=right", true, "right"},
      {"text/html; charset=\"a\\bc\"", true, "abc"},
      {"text/html;", true, nullptr},
      {"text/html; charset", true, nullptr},
      {"text/html; charset=", true, nullptr},
      {"text/html; charset=\"\"", true, nullptr},
      {"text/html; charset=\"open", true, nullptr},
      {"text/html; charset=two words", true, nullptr},
      {"text/html; flag; charset=utf-8", true, "utf-8"},
      {"text/html; xcharset=utf-8", true, nullptr},
      {"text/htmlx", false, nullptr},
      {"text/xhtml", false, nullptr},
      {"application/xhtml+xml; charset=utf-8", false, "utf-8"},
      {"application/json", false, nullptr},
  };
  for (const Case& c : cases) {
    const auto type = parse_media_type(c.value);
    ASSERT_TRUE(type) << c.value;
    EXPECT_EQ(type->is("text/html"), c.html) << c.value;
    const auto charset = type->charset();
    ASSERT_EQ(charset.has_value(), c.charset != nullptr) << c.value;
    if (charset) {
      EXPECT_EQ(*charset, c.charset) << c.value;
    }
  }
}

TEST(MediaType, RefusesWhatIsNoType) {
  for (const char* value :
       {"", "text", "/", "text/", "/html", "text/html/x", "text /html", "te(t/html",
        "text/html, text/html", ";charset=utf-8", "text/ht\xc3\xa4ml"}) {
    EXPECT_FALSE(parse_media_type(value)) << value;
  }
}

TEST(MediaType, ComparesWholeNames) {
  const auto type = parse_media_type("application/vnd.apple.mpegurl;v=1");
  ASSERT_TRUE(type);
  EXPECT_TRUE(type->is("application/vnd.apple.mpegurl"));
  EXPECT_FALSE(type->is("application/vnd.apple.mpegur"));
  EXPECT_FALSE(type->is("application/"));
  EXPECT_FALSE(type->is("application"));
}

TEST(MediaType, ReadsAParameterOfAnyName) {
  constexpr std::string_view all = " name=\"a\\\"; b\"; FileName*=UTF-8''x%20y; boundary=--x; x=";
  EXPECT_EQ(parameter(all, "name"), "a\"; b");
  EXPECT_EQ(parameter(all, "filename*"), "UTF-8''x%20y");
  EXPECT_EQ(parameter(all, "Boundary"), "--x");
  EXPECT_EQ(parameter(all, "filename"), std::nullopt);
  EXPECT_EQ(parameter(all, "x"), std::nullopt);
  EXPECT_EQ(parameter("a=\"open; b=1", "b"), std::nullopt);
  EXPECT_EQ(parameter("a=\"\"; b=1", "a"), "");
  EXPECT_EQ(parameter("", "a"), std::nullopt);
}

}  // namespace
}  // namespace signgate::http
