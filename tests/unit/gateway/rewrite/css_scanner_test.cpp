// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/css_scanner.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"
#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

// The URLs of a style sheet, unescaped, each behind the sign of its form: u, d or s.
std::string urls(std::string_view sheet, Sizes sizes = whole()) {
  CssScanner scanner;
  scanner.reset(0);
  std::string window;
  std::string found;
  std::size_t read = 0;
  const auto add = [&](const CssUrl& url) {
    found += url.form == Encoding::Css::unquoted        ? " u:"
             : url.form == Encoding::Css::double_quoted ? " d:"
                                                        : " s:";
    append_css_unescaped(std::string_view(window).substr(url.begin, url.end - url.begin), found);
  };
  for (;;) {
    CssUrl url;
    while (scanner.next(window, url))
      add(url);
    if (read == sheet.size()) {
      if (scanner.finish(window, url)) add(url);
      return found;
    }
    const std::size_t hold = scanner.hold();
    window.erase(0, hold);
    scanner.drop(hold);
    const std::size_t take =
        std::min(std::max<std::size_t>(sizes(sheet.size() - read), 1), sheet.size() - read);
    window.append(sheet.substr(read, take));
    read += take;
  }
}

void expect_urls(std::string_view sheet, std::string_view expected) {
  EXPECT_EQ(urls(sheet), expected) << sheet;
  EXPECT_EQ(urls(sheet, each(1)), expected) << sheet;
  for (std::size_t cut = 1; cut < sheet.size(); ++cut)
    EXPECT_EQ(urls(sheet, cut_at(cut)), expected) << sheet << " cut at " << cut;
}

TEST(CssScanner, FindsUrlFunctions) {
  expect_urls("a{b:url(x)}", " u:x");
  expect_urls("a{b:URL( \n x\t ) c}", " u:x");
  expect_urls("a{b:url(\"x\"),url( 'y' )}", " d:x s:y");
  expect_urls("url(x)url(y)", " u:x u:y");
  expect_urls("url()", " u:");
  expect_urls("src(\"x\")", " d:x");
  expect_urls("@font-face{src:url(a.woff)format(\"woff\")}", " u:a.woff");
  expect_urls("\\75 rl(x)u\\72l(y)\\000055Rl(z)", " u:x u:y u:z");
}

TEST(CssScanner, TellsOtherNamesApart) {
  for (const std::string_view sheet :
       {"xurl(x)", "-url(x)", "url (x)", "url\\(x)", "1url(x)", "1.5url(x)", "#url(x)", "@url(x)",
        "éurl(x)", "url/**/(x)", "url-prefix(x)", "url\\9 (x)"}) {
    expect_urls(sheet, "");
  }
  expect_urls(".url(x)", " u:x");
  expect_urls("+url(x)", " u:x");
}

TEST(CssScanner, SkipsCommentsAndStrings) {
  expect_urls("/* url(x) */url(y)/* url(z)", " u:y");
  expect_urls("/**/url(x)/***/url(y)/*/url(n)*/url(z)", " u:x u:y u:z");
  expect_urls("a/b url(x)", " u:x");
  expect_urls("\"url(x)\" 'url(y)\\' url(z)' url(w)", " u:w");
  expect_urls("\"a\nurl(x)", " u:x");
  expect_urls("\"a\\\nurl(x)", "");
  // In an unquoted URL nothing is a comment.
  expect_urls("url(/*x*/)", " u:/*x*/");
}

TEST(CssScanner, FindsImports) {
  expect_urls("@import \"x\";", " d:x");
  expect_urls("@IMPORT/**/'x' screen;", " s:x");
  expect_urls("@import url(x) 'y';", " u:x");
  expect_urls("@import; 'y'", "");
  expect_urls("@import x 'y'", "");
  expect_urls("@charset 'x';@namespace 'y';", "");
}

TEST(CssScanner, FindsImageSets) {
  expect_urls("a{b:image-set('x' 1x, url(y) 2x, \"z\" type(\"image/png\") 3x) 'w'}",
              " s:x u:y d:z");
  expect_urls("-webkit-image-set('x')image('y')", " s:x s:y");
  expect_urls("cross-fade(image-set('x'),'y')", " s:x");
  expect_urls("image-set(calc('x'),'y')", " s:y");
  expect_urls("image-set(url('x') 1x,'y' 2x)", " s:x s:y");
}

TEST(CssScanner, RefusesBadUrls) {
  for (const std::string_view sheet : {"url(a b)", "url(a'b)", "url(a\"b)", "url(a(b)",
                                       "url(a\\\nb)", "url(a\x01)", "url('a\nb')"})
    expect_urls(sheet, "");
  expect_urls("url(a b\\)c)url(x)", " u:x");
  expect_urls("url(a b 'c)url(x)", " u:x");
}

TEST(CssScanner, UndoesEscapes) {
  expect_urls("url(a\\)b)", " u:a)b");
  expect_urls("url(\\61 b)", " u:ab");
  expect_urls("url(\\000061b)", " u:ab");
  expect_urls("url(\\61\n)", " u:a");
  expect_urls("url('a\\'b\\\nc\\0 d')",
              " s:a'bc\xEF\xBF\xBD"
              "d");
  expect_urls("url('\\1F600')", " s:\xF0\x9F\x98\x80");
}

TEST(CssScanner, TakesWhatTheEndCutsOff) {
  expect_urls("url(x", " u:x");
  expect_urls("url(x  ", " u:x");
  expect_urls("url('x", " s:x");
  expect_urls("@import \"x", " d:x");
  expect_urls("'x", "");
  expect_urls("url(x\\", "");
  expect_urls("url(", "");
}

TEST(CssScanner, HoldsOnlyAUrl) {
  const auto held = [](std::string_view sheet) {
    CssScanner scanner;
    CssUrl url;
    while (scanner.next(sheet, url)) {
    }
    return sheet.size() - scanner.hold();
  };
  EXPECT_EQ(held("a{b:ur"), 0U);
  EXPECT_EQ(held("a{b:url( "), 0U);
  EXPECT_EQ(held("a{b:'/media/"), 0U);
  EXPECT_EQ(held("a{b:url( abc"), 3U);
  EXPECT_EQ(held("a{b:url('abc"), 3U);
  EXPECT_EQ(held("a{b:url(data:x"), 0U);
  EXPECT_EQ(held("a{b:url(a b"), 0U);
}

TEST(CssScanner, CountsAUrlThatIsTooLong) {
  for (const std::size_t length : {limits::link_length - 1, limits::link_length}) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{4096}, std::size_t{1} << 20}) {
      const std::string sheet = "url(" + std::string(length, 'x') + ")url(y)";
      const std::string expected =
          length < limits::link_length ? " u:" + std::string(length, 'x') + " u:y" : " u:y";
      EXPECT_EQ(urls(sheet, each(size)), expected) << size;
    }
  }
}

TEST(CssScanner, GivesTheSameAtRandomCuts) {
  const std::uint64_t begin = seed();
  const std::string sheet =
      "@import 'a';/* url(n) */a{b:url( c\\) ) \"n\";d:image-set('e' 1x,\"f\" "
      "2x)}@font-face{src:url(g)format('n')}url(h i)url(\"j\"";
  const std::string expected = urls(sheet);
  for (std::uint64_t i = 0; i < 300; ++i)
    ASSERT_EQ(urls(sheet, random_sizes(begin + i, 1 + i % 17)), expected) << "seed " << begin + i;
}

}  // namespace
}  // namespace signgate::rewrite
