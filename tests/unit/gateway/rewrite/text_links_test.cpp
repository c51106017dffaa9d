// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/text_links.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gateway/base/limits.hpp"

namespace signgate::rewrite {
namespace {

// The links of a text, joined by white space. It comes in pieces, and what need not be held is
// dropped.
std::string links(std::string_view text, std::size_t piece, std::uint64_t* too_long = nullptr,
                  TextLinkScanner::Kinds kinds = TextLinkScanner::Kinds::absolute) {
  TextLinkScanner scanner(kinds);
  std::string found;
  std::string window;
  TextLink link;
  const auto add = [&] {
    found.append(found.empty() ? "" : " ").append(window, link.begin, link.end - link.begin);
  };
  for (std::size_t read = 0; read < text.size();) {
    window.append(text.substr(read, piece));
    read += std::min(piece, text.size() - read);
    while (scanner.next(window, link))
      add();
    const std::size_t used = scanner.hold();
    scanner.drop(used);
    window.erase(0, used);
  }
  if (scanner.finish(window, link)) add();
  if (too_long != nullptr) *too_long = scanner.too_long();
  return found;
}

void expect_links(std::string_view text, std::string_view expected,
                  TextLinkScanner::Kinds kinds = TextLinkScanner::Kinds::absolute) {
  EXPECT_EQ(links(text, 100000, nullptr, kinds), expected) << text;
  for (std::size_t piece = 1; piece < 12; ++piece)
    EXPECT_EQ(links(text, piece, nullptr, kinds), expected) << text << " in pieces of " << piece;
}

TEST(TextLinks, AreFoundInTheMidstOfText) {
  expect_links("see https://a.test/b and http://c.test", "https://a.test/b http://c.test");
  expect_links("HTTPS://A.test/b?c=d&e#f\nHttp://g", "HTTPS://A.test/b?c=d&e#f Http://g");
  expect_links("a\thttps://a/\r\nb", "https://a/");
  expect_links("src=https://a/b", "https://a/b");
  expect_links("h ht http https:/ https:// http:// https", "");
  expect_links("", "");
}

TEST(TextLinks, EndWhereTheSentenceGoesOn) {
  for (const std::string_view mark :
       {".", ",",  ";", ":", "!",      "?",  "...", "?!",  ".\"", "',", "`",
        "”", "’.", "»", "…", "\u00A0", "。", "、",  "（x", "<",   ">",  "\\n"})
    expect_links(std::string("see https://a/b.c?d").append(mark), "https://a/b.c?d");
  expect_links("https://a/b,c;d:e!f?g.h", "https://a/b,c;d:e!f?g.h");
  expect_links("https://a/é.jpg, https://a/日本.jpg", "https://a/é.jpg https://a/日本.jpg");
  expect_links("https://a/\xE2", "https://a/\xE2");
}

TEST(TextLinks, EndAtABracketThatWasOpenedBeforeThem) {
  expect_links("(https://a/b)", "https://a/b");
  expect_links("[x](https://a/b).", "https://a/b");
  expect_links("[https://a/b](https://c)", "https://a/b https://c");
  expect_links("(see https://a/b_(c).)", "https://a/b_(c)");
  expect_links("(https://a/b_(c)d)", "https://a/b_(c)d");
  expect_links("{https://a/{b}}", "https://a/{b}");
  expect_links("[https://a/b[1]]", "https://a/b[1]");
  expect_links("https://a/(b", "https://a/(b");
}

TEST(TextLinks, DoNotBeginWithinAWordOrAnotherScheme) {
  expect_links("xhttps://a", "");
  expect_links("git+https://a", "");
  expect_links("9http://a", "");
  expect_links("ahttp://b http://c", "http://c");
  expect_links("https://a/?u=https://b", "https://a/?u=https://b");
  expect_links("https:https://a", "https://a");
  expect_links("éhttps://a", "https://a");
  expect_links("ftp://a sftp://b", "");
}

TEST(TextLinks, MayBeginWithASlash) {
  const auto expect_rooted = [](std::string_view text, std::string_view expected) {
    expect_links(text, expected, TextLinkScanner::Kinds::absolute_and_rooted);
  };
  expect_links("/a //b", "");
  expect_rooted("/a/b?c#d, //e.test/f; https://g/h/i.", "/a/b?c#d //e.test/f https://g/h/i");
  expect_rooted("(/a/b) [/c](/d) {/e} </f> \"/g\" '/h' `/i`.", "/a/b /c /d /e /f /g /h /i");
  expect_rooted("a/b c./d é/f \\/g x=/h y:/i ,/j )/k ftp://l git+https://m", "");
  expect_rooted("/ // /.", "//");
  expect_rooted("https:// /a https:/ /b", "/a /b");
  expect_rooted("/a)/b (/c)/d", "/a /c");
}

TEST(TextLinks, LetsWhatIsTooLongGo) {
  const std::string longest = "https://a/" + std::string(limits::link_length - 10, 'x');
  std::uint64_t too_long = 0;
  EXPECT_EQ(links(longest + " https://b", 999, &too_long), longest + " https://b");
  EXPECT_EQ(too_long, 0U);
  EXPECT_EQ(links(longest + "x https://b", 999, &too_long), "https://b");
  EXPECT_EQ(too_long, 1U);
  EXPECT_EQ(links(longest + "x", 1, &too_long), "");
  EXPECT_EQ(too_long, 1U);
  EXPECT_EQ(links(std::string(3, ' ') + longest + longest + ")https://b", 1, &too_long),
            "https://b");
  EXPECT_EQ(too_long, 1U);
}

TEST(TextLinks, HoldNothingThatCannotBeOne) {
  const auto held = [](std::string_view text) {
    TextLinkScanner scanner;
    TextLink link;
    EXPECT_FALSE(scanner.next(text, link));
    return text.size() - scanner.hold();
  };
  EXPECT_EQ(held("some text"), 0U);
  EXPECT_EQ(held("a ht"), 2U);
  EXPECT_EQ(held("aht"), 0U);
  EXPECT_EQ(held("a htx"), 0U);
  EXPECT_EQ(held("a https:/"), 7U);
  EXPECT_EQ(held("a https://a/b"), 11U);
  EXPECT_EQ(held("a https://" + std::string(limits::link_length, 'x')), 0U);
}

TEST(TextLinks, TellWhatMayBeginOne) {
  EXPECT_EQ(may_begin_text_link("http://"), TextLinkBegin::yes);
  EXPECT_EQ(may_begin_text_link("hTTps://x"), TextLinkBegin::yes);
  EXPECT_EQ(may_begin_text_link("https:/"), TextLinkBegin::maybe);
  EXPECT_EQ(may_begin_text_link("http:/"), TextLinkBegin::maybe);
  EXPECT_EQ(may_begin_text_link(""), TextLinkBegin::maybe);
  EXPECT_EQ(may_begin_text_link("httpx"), TextLinkBegin::no);
  EXPECT_EQ(may_begin_text_link("/"), TextLinkBegin::no);
}

}  // namespace
}  // namespace signgate::rewrite
