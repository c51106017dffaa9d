// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_skimmer.hpp"

#include <gtest/gtest.h>

#include <array>

#include "gateway/rewrite/candidate_log.hpp"
#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

// What is left for the tokenizer, and how many links were ruled out before it.
std::string left_of(std::string_view window, std::uint64_t* links = nullptr) {
  std::uint64_t ruled_out = 0;
  const std::size_t at = skim_html(window, 0, matcher(), page(), ruled_out);
  if (links != nullptr) *links = ruled_out;
  return std::string(window.substr(at));
}

TEST(HtmlSkimmer, PassesOverTextAndTagsWithoutMedia) {
  for (const std::string_view page :
       {"", "text, > and \" '", "<p>a<b>b</b></p>", "<br/><hr /><p\n>x", "<!-- <a> \"-->x<!--->",
        R"(<a href="/albums/7?x=1&amp;y=2" class='media/private/' id="" hidden data-x=".">x</a>)",
        R"(<img src='thumbs/1.jpg' alt="/media/private/no.jpg"><img src=''>)",
        R"(<a href="https://www.example.com/x/y"><a href='#/media/private/'>)",
        R"(<p style="color:red;margin:0" data="/media/private/x" name="/media/private/x">)"}) {
    EXPECT_EQ(left_of(page), "") << page;
  }
}

TEST(HtmlSkimmer, LeavesTheTokenizerWhatItHasToLookAt) {
  for (const std::string_view tag : {R"(<a href="/media/private/a.jpg">)",
                                     R"(<img src='https://films.example.com/x'>)",
                                     R"(<a href="/x/../media/private/a.jpg">)",
                                     R"(<a href="/x/%2e%2e/media/private/a">)",
                                     R"(<a href="&#47;media/private/a">)",
                                     R"(<a href="\media\private\a">)",
                                     R"(<a href="//media.example.com/private/a">)",
                                     R"(<a href=" /media/private/a">)",
                                     R"(<a href="../../media/private/a">)",
                                     R"(<a href=/x>)",
                                     R"(<a href = "/x">)",
                                     R"(<A HREF="/x">)",
                                     R"(<img srcset="/x 1x">)",
                                     R"x(<p style="background:url(/x)">)x",
                                     R"x(<p style="b:u\72l(/x)">)x",
                                     R"(<a ping="/x">)",
                                     R"(<p style="&#117;rl">)",
                                     "<script>",
                                     "<style>",
                                     "<title>",
                                     "<textarea>",
                                     "<svg>",
                                     "<math>",
                                     "<meta name=x>",
                                     "<base href=x>",
                                     "<iframe src='/x'>",
                                     "<object data='/x'>",
                                     "<xmp>",
                                     "<plaintext>",
                                     "<noembed>",
                                     "<noframes>",
                                     "<!-- a --!>",
                                     "<!--!>",
                                     "<!- a>",
                                     "<!DOCTYPE html>",
                                     "<![CDATA[x]]>",
                                     "<?x>",
                                     "</>",
                                     "< a>",
                                     "<1>",
                                     "</p x>",
                                     "<a href=\"/x\"x>",
                                     "<p/x>",
                                     "<p =x>",
                                     R"(<a href="data:x">)",
                                     R"(<a href="mailto:x@example.com">)",
                                     "<a href=\"/\xc3\xa9\">",
                                     R"(<a href="?x">)"}) {
    const std::string page = "<p>x</p>" + std::string(tag) + "y<p>z";
    EXPECT_EQ(left_of(page), std::string(tag) + "y<p>z");
  }
}

// What is left for the tokenizer behind the links that were taken.
std::string left_behind(std::string_view window, std::vector<std::string>& taken,
                        std::size_t most = 100) {
  Batch batch;
  Counters counters;
  const PageUrl from = page();
  LinkSink sink(matcher(), from, counters, batch, window);
  const std::size_t at = skim_html(window, 0, matcher(), from, counters.links, &sink, most);
  taken.clear();
  for (const Link& link : batch.links) {
    taken.emplace_back(link.original);
    EXPECT_EQ(link.encoding.html,
              window[static_cast<std::size_t>(link.original.data() - window.data()) - 1] == '\''
                  ? Encoding::Html::single_quoted
                  : Encoding::Html::double_quoted);
  }
  return std::string(window.substr(at));
}

TEST(HtmlSkimmer, TakesLinksThatArePlainText) {
  std::vector<std::string> taken;
  EXPECT_EQ(left_behind(R"(<p><a href="/media/private/a.jpg" class=""><img alt='x')"
                        R"( src='/media/private/b.jpg?x=1#y' data-src="/media/private/c.jpg">z)",
                        taken),
            "");
  EXPECT_EQ(taken, (std::vector<std::string>{"/media/private/a.jpg", "/media/private/b.jpg?x=1#y",
                                             "/media/private/c.jpg"}));
  EXPECT_EQ(left_behind(R"(<a href="mailto:x@y.test"><a href="?x"><a href="\xc3\xa9">)", taken),
            "");
  EXPECT_TRUE(taken.empty());
}

TEST(HtmlSkimmer, LeavesLinksThatAreNot) {
  std::vector<std::string> taken;
  for (const std::string_view tag :
       {R"(<a href="/media/private/a&amp;b">)", R"(<a href=/media/private/a>)",
        R"(<a href="/media/private/a" referrerpolicy="no-referrer">)",
        R"x(<a href="/media/private/a" style="b:url(x)">)x", R"(<a href="/media/private/a"x>)",
        R"(<iframe src="/media/private/a">)", R"(<a href="/media/private/a)"}) {
    EXPECT_EQ(left_behind("<p>" + std::string(tag), taken), tag);
    EXPECT_TRUE(taken.empty()) << tag;
  }
}

TEST(HtmlSkimmer, TakesNoMoreLinksThanTheBatchMayHold) {
  const std::string one = R"(<a href="/media/private/a">)";
  const std::string two = R"(<img src="/media/private/b" href='/media/private/c'>)";
  std::vector<std::string> taken;
  EXPECT_EQ(left_behind(one + one + one, taken, 2), one);
  EXPECT_EQ(taken.size(), 2U);
  EXPECT_EQ(left_behind(one + two + one, taken, 2), two + one);
  EXPECT_EQ(taken.size(), 1U);
  EXPECT_EQ(left_behind(two, taken, 1), two);
}

TEST(HtmlSkimmer, LeavesATagThatTheWindowCuts) {
  const std::string_view tag = R"(<a class="x y" hidden href="/albums/7">)";
  for (std::size_t size = 1; size < tag.size(); ++size) {
    std::uint64_t links = 7;
    EXPECT_EQ(left_of("x" + std::string(tag.substr(0, size)), &links), tag.substr(0, size));
    EXPECT_EQ(links, 0U) << "the tokenizer will count it";
  }
}

TEST(HtmlSkimmer, CountsTheLinksThatItRulesOut) {
  std::uint64_t links = 0;
  EXPECT_EQ(left_of(R"(<a href="/a" cite="b" data-src=""><i src="#x" alt="/no">)", &links), "");
  EXPECT_EQ(links, 4U);
}

TEST(HtmlSkimmer, RulesOutNoRelativeLinkThatLeadsBelowAPrefix) {
  const auto inside = PageUrl::make("https://www.example.com/media/private/7/index.html").value();
  const auto above = PageUrl::make("https://www.example.com/media/index.html").value();
  EXPECT_FALSE(matcher().rules_out("a.jpg", inside));
  EXPECT_FALSE(matcher().rules_out("private/a.jpg", above));
  EXPECT_TRUE(matcher().rules_out("public/a.jpg", above));
  EXPECT_TRUE(matcher().rules_out("a.jpg", page()));
}

// What is left for the tokenizer when words tell.
std::string left_by_words(std::string_view window) {
  std::uint64_t ruled_out = 0;
  WordSearch search;
  EXPECT_TRUE(matcher().words().tell(page()));
  const std::size_t at = skim_html(window, 0, matcher(), page(), ruled_out, nullptr, 0, &search);
  EXPECT_EQ(ruled_out, 0U);
  return std::string(window.substr(at));
}

TEST(HtmlSkimmer, PassesOverTagsWithoutMediaWords) {
  for (const std::string_view page :
       {R"(<a href="/albums/7?x=1&amp;y=2" class='a b' id="" hidden data-x=".">x</a>)",
        R"(<a HREF="/x"><a href="mailto:x@example.com"><img srcset="/x 1x, /y 2x"><a ping="/x">)",
        R"x(<p style="background:url(/x)">)x", R"(<a href="?x" title="a > b">)",
        "<a\nhref=\"/x\"\n\tclass='y'\n>", R"(<p <b="x">)", R"(<a href="https://films.example/">)",
        R"(<img src="/x" alt="" / ><br a / b="c"/>)"}) {
    EXPECT_EQ(left_by_words(page), "") << page;
  }
}

TEST(HtmlSkimmer, WordsTellNothingOfTagsInWhichSomethingIsEscaped) {
  for (const std::string_view tag :
       {R"(<a class="private" href=/x>)", R"(<a href="../%70rivate/x">)",
        R"(<a href="../pri&#118;ate/">)", R"(<a href="../pri&Tab;vate/">)",
        "<a href=\"../pri\nvate/\">", R"(<a href="\\films.example.com/x">)",
        R"(<a href="//FILMS.example.com/x">)", R"(<a href="/media/Private/x%">)",
        R"(<a b=c="x>" href=y>)", R"(<a b=="x>" href=y>)", R"(<a ="x>" href=y>)",
        R"(<a b ="x>" href=y>)", R"(<a b="x"y=z>)", R"(<a title=it's href=y>)", R"(<a b="x)",
        R"(<iframe src="/x">)", R"(<svg a="b">)", R"(<base href="/">)"}) {
    const std::string page = R"(<p class="x">)" + std::string(tag) + "y<p>z";
    EXPECT_EQ(left_by_words(page), std::string(tag) + "y<p>z");
  }
}

// What pages are full of.
std::string ordinary_text(std::mt19937_64& random) {
  constexpr auto parts = std::to_array<std::string_view>(
      {"<p>", "</p>", "<div class=\"a b\" id=\"x-1\">", "</div>", "\n  ", "it's \"text\" & more, ",
       "<a href=\"/albums/1\" rel=\"tag\">", "</a>", "<!-- #post-1 -->",
       "<img src=\"b.jpg\" alt=\"\">", "<figcaption>", "</figcaption>", "<article data-x=\"1\">",
       "<br/>", " > ", "<input type=\"text\" hidden>", "<span class=\"a\"><b>x</b></span>",
       "<x-tabs data-title=\"it's\">"});
  std::string text;
  for (std::size_t count = random() % 60; count > 0; --count)
    text += parts[random() % parts.size()];
  return text;
}

// A document of what pages are made of, whole and broken; or, `mostly`, of ordinary text with
// little else in it.
std::string random_document(std::mt19937_64& random, bool mostly = false) {
  constexpr auto parts =
      std::to_array<std::string_view>({"<p>",
                                       "</p>",
                                       "<div class=\"a b\">",
                                       "</div>",
                                       "text ",
                                       "<",
                                       ">",
                                       "/",
                                       "\"",
                                       "'",
                                       "=",
                                       " ",
                                       "<a href=\"/albums/1\">",
                                       "<a href='/media/private/a.jpg'>",
                                       "<img src=\"b.jpg\" alt=\"x\">",
                                       "<img src=\"../../media/private/c.jpg\"",
                                       " srcset=\"/media/private/1.jpg 1x, /x 2x\"",
                                       " href=\"https://films.example.com/f\"",
                                       " style=\"background:url(/media/private/s.png)\"",
                                       "<style>a{b:url(/media/private/t.png)}</style>",
                                       "<script>\"<a href='/media/private/no'>\"",
                                       "</script>",
                                       "<!--",
                                       "-->",
                                       "<svg>",
                                       "</svg>",
                                       "<image href=\"/media/private/v\"/>",
                                       "<title>",
                                       "</title>",
                                       "<base href=\"/media/\">",
                                       "<a href=\"private/x\">",
                                       " hidden",
                                       "<iframe srcdoc=\"&lt;img src=/media/private/d>\">",
                                       "</iframe>",
                                       "<A HREF=/media/private/e>",
                                       "<meta property=og:image content=\"/media/private/o\">",
                                       "<![CDATA[",
                                       "]]>",
                                       "\n",
                                       "&amp;",
                                       "<object data='/media/private/q'>",
                                       "<textarea>",
                                       "</textarea>",
                                       "<br/>",
                                       "src='#'",
                                       R"(<a href="%70rivate/x">)",
                                       "<a href='../../media/pri&#118;ate/x'>",
                                       "<a href=\"/media/pri\nvate/x\">",
                                       R"(<a href="/media/PRIVATE/x">)",
                                       R"(<a title="a > b" href="/media/private/x?a=1&amp;b=2">)",
                                       R"(<a b=c="x href=/media/private/1>">)",
                                       R"(<a b=="x>" href=/media/private/2>)",
                                       R"(<a ="x href=/media/private/3>">)",
                                       "<p title='private'>",
                                       "<a title=it's href=/media/private/4>",
                                       R"(<a href="//FILMS.example.com/x">)",
                                       R"(<a href="\\films.example.com/x">)",
                                       "\xff"});
  std::string document;
  for (std::size_t count = random() % (mostly ? 6 : 40); count > 0; --count) {
    if (mostly) document += ordinary_text(random);
    document += parts[random() % parts.size()];
  }
  return document;
}

// With a log of candidates nothing is skimmed.
TEST(HtmlSkimmer, FindsWithTheTokenizerWhatThatFindsAlone) {
  std::mt19937_64 random(seed());
  for (int round = 0; round < 3000; ++round) {
    const std::string document = random_document(random, round % 2 == 0);
    CandidateLog log;
    RewriteOptions slow;
    slow.candidates = &log;
    const Rewritten alone = rewrite(document, whole(), slow);
    for (const Sizes& sizes : {whole(), random_sizes(random(), 30)}) {
      const Rewritten both = rewrite(document, sizes);
      ASSERT_EQ(both.output, alone.output) << document;
      ASSERT_EQ(both.copy, document);
      ASSERT_LE(both.counters.links, alone.counters.links) << document;
      ASSERT_EQ(both.counters.matched, alone.counters.matched) << document;
    }
  }
}

}  // namespace
}  // namespace signgate::rewrite
