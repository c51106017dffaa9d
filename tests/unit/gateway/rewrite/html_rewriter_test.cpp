// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_rewriter.hpp"

#include <gtest/gtest.h>

#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

// Media below /media/private/ is signed as P + the rest of the path + "?Signature=0".
constexpr std::string_view signed_prefix = "https://d1.cloudfront.net/private/";

std::string signed_as(std::string_view rest) {
  return std::string(signed_prefix).append(rest).append("?Signature=0");
}

void expect_rewritten(std::string_view document, std::string_view expected) {
  const Rewritten run = rewrite(document);
  EXPECT_EQ(run.output, expected) << document;
  EXPECT_EQ(run.copy, document);
}

void expect_untouched(std::string_view document) {
  expect_rewritten(document, document);
}

// A page with every place of a link, every kind of quote, and every state that hides one.
std::string rich_page() {
  return R"html(<!DOCTYPE html PUBLIC "-//W3C//DTD" "http://x">
<html><head><meta content="/media/private/og.jpg" property="og:image"><meta name=twitter:image content=/media/private/t.jpg>
<meta name="description" content="/media/private/no.jpg"><meta http-equiv=refresh content="9; url='/media/private/r.html'">
<title><img src="/media/private/no.jpg"></title><link rel=preload as=image imagesrcset="/media/private/p.jpg 2x">
<style>@import "/media/private/i.css"; a{background:url( /media/private/a\(1\).png ),url('/media/private/b.png')}
/* url(/media/private/no.png) */ b:before{content:"url(/media/private/no.png)"} c{background:image-set("/media/private/d.png" 1x)}</style>
<script>"<img src='/media/private/no.jpg'>"<!--<script></script><img src="/media/private/no.jpg">--></script>
<!-- <img src="/media/private/no.jpg"> --><!--><img src='/media/private/1.jpg'><!---><?x <img src="/media/private/no.jpg" ?>
<img src="/media/private/a.jpg?w=1&amp;h=2#f" srcset="/media/private/1,2.jpg 1x, ../../media/private/b.jpg 2x,/x 3x" alt=x>
<img src=/media/private/a.jpg><IMG SRC=" //media.example.com/private/x " style='background:url(&quot;/media/private/s.png&quot;)'/>
<svg><![CDATA[ <img src="/media/private/no.jpg"> ]]><image xlink:href="/media/private/v.svg"/><style>a</style></svg>
<![CDATA[ <img src="/media/private/c.jpg"> ]]><textarea><img src="/media/private/no.jpg"></textarea >
<video poster=/media/private/p.jpg data-src='/media/private/l.jpg'><object data="&#47;media/private/o.bin"></object>
<a href="https://films.example.com/x?q=%41&lt;">x</a><form action=/media/private/f><button formaction="/media/private/g">
<img src="/public/x.jpg" srcset="data:image/png;base64,AAAA 1x,/media/private/z.jpg" src="/media/private/no.jpg">
<a href="/media/private/x?Expires=1">x</a><a href="/media/private/..%2fx">x</a><a href="#/media/private/">x</a>
<xmp><img src="/media/private/no.jpg"></xmp><plaintext><img src="/media/private/no.jpg">
)html";
}

// --- places
// -----------------------------------------------------------------------------------------------------

TEST(HtmlRewriter, SignsEachAttributeThatHoldsOneUrl) {
  for (const std::string_view name :
       {"src", "href", "poster", "action", "formaction", "background", "xlink:href", "data-src",
        "cite", "longdesc", "lowsrc", "SRC"}) {
    const std::string before = "<p>a<x " + std::string(name) + "=\"";
    expect_rewritten(before + "/media/private/a.jpg\" y>b", before + signed_as("a.jpg") + "\" y>b");
  }
  expect_rewritten("<object data='/media/private/a'>", "<object data='" + signed_as("a") + "'>");
  for (const std::string_view name :
       {"alt", "data", "title", "data-x", "srcx", "content", "value"}) {
    expect_untouched("<img " + std::string(name) + "=\"/media/private/a.jpg\">");
  }
}

TEST(HtmlRewriter, SignsEachUrlOfAList) {
  expect_rewritten("<a href=/x ping=\" /log\n/media/private/a  /media/private/b\">",
                   "<a href=/x ping=\" /log\n" + signed_as("a") + "  " + signed_as("b") + "\">");
  expect_untouched("<a ping='/log,/media/private/a'><a ping><a ping=''>");
}

TEST(HtmlRewriter, LeavesLinksThatAreNotMediaByteForByte) {
  expect_untouched(R"(<a href="/other/x?a=1&b=2&amp;c">)");
  expect_untouched("<a href=/media/privat/x>");
  expect_untouched("<a href='/media/private/../x'>");
  expect_untouched("<a href=https://user@media.example.com/private/x>");
  expect_untouched("<img src='data:image/png;base64,AAAA'><a href=''><a href><a href=\"#x\">");
}

TEST(HtmlRewriter, ChangesOnlyTheUrlWithinTheValue) {
  expect_rewritten("<a href=\" \n/media/private/x\t\">",
                   "<a href=\" \n" + signed_as("x") + "\t\">");
  expect_rewritten("<a\nHREF\t= '/media/private/x'/>", "<a\nHREF\t= '" + signed_as("x") + "'/>");
}

TEST(HtmlRewriter, PutsQuotesAroundAnUnquotedUrl) {
  expect_rewritten("<img src=/media/private/x>", "<img src=\"" + signed_as("x") + "\">");
  expect_rewritten("<img src=/media/private/x alt>", "<img src=\"" + signed_as("x") + "\" alt>");
  expect_rewritten("<img src=/media/private/x/>", "<img src=\"" + signed_as("x/") + "\">");
}

TEST(HtmlRewriter, DecodesReferencesAndEncodesThemAgain) {
  expect_rewritten("<a href=\"/media/private/x?a=1&amp;b=2&copy=3&copy;\">",
                   "<a "
                   "href=\"https://d1.cloudfront.net/private/"
                   "x?a=1&amp;b=2&amp;copy=3%C2%A9&amp;Signature=0\">");
  expect_rewritten("<a href='&#x2F;media&sol;private/it&#39;s'>",
                   "<a href='https://d1.cloudfront.net/private/it&#39;s?Signature=0'>");
}

TEST(HtmlRewriter, KeepsTheFragmentLast) {
  expect_rewritten("<a href='/media/private/x?a#b c'>",
                   "<a href='https://d1.cloudfront.net/private/x?a&amp;Signature=0#b%20c'>");
}

TEST(HtmlRewriter, CountsOnlyTheFirstOfEqualAttributes) {
  expect_untouched("<img src='/x' SRC='/media/private/x'>");
  expect_untouched("<img src src='/media/private/x'>");
  expect_rewritten("<img src='/media/private/x' src='/media/private/y'>",
                   "<img src='" + signed_as("x") + "' src='/media/private/y'>");
}

TEST(HtmlRewriter, LeavesEndTagsAlone) {
  expect_untouched("</a href='/media/private/x'>");
}

TEST(HtmlRewriter, SignsEachCandidateOfASrcset) {
  expect_rewritten("<img srcset='/media/private/a 1x,/b 2x, /media/private/c,d 3x'>",
                   "<img srcset='" + signed_as("a") + " 1x,/b 2x, " + signed_as("c,d") + " 3x'>");
  expect_rewritten("<source data-srcset=/media/private/a>",
                   "<source data-srcset=https://d1.cloudfront.net/private/a?Signature&#61;0>");
  expect_rewritten("<link imagesrcset=\"/media/private/a&#32;2x\">",
                   "<link imagesrcset=\"" + signed_as("a") + "&#32;2x\">");
}

TEST(HtmlRewriter, DecidesAboutMetaAtItsEnd) {
  const std::string url = signed_as("x");
  expect_rewritten("<meta content='/media/private/x' property='og:image'>",
                   "<meta content='" + url + "' property='og:image'>");
  expect_rewritten("<meta property='og:video:url' content='/media/private/x'>",
                   "<meta property='og:video:url' content='" + url + "'>");
  expect_rewritten("<meta name=twitter:player:stream content=/media/private/x>",
                   "<meta name=twitter:player:stream content=\"" + url + "\">");
  expect_rewritten("<meta itemprop=image content='/media/private/x' />",
                   "<meta itemprop=image content='" + url + "' />");
  expect_rewritten("<meta content=\"0; URL = '/media/private/x'\" http-equiv=Refresh>",
                   "<meta content=\"0; URL = '" + url + "'\" http-equiv=Refresh>");
  expect_untouched("<meta content='/media/private/x' name='og:title'>");
  expect_untouched("<meta content='/media/private/x' property='og:image:alt'>");
  expect_untouched("<meta content='/media/private/x'>");
  expect_untouched("<meta content='/media/private/x' property='og:image'");
}

TEST(HtmlRewriter, SignsUrlsInStyleAttributes) {
  expect_rewritten("<p style=\"background:url('/media/private/x')\">",
                   "<p style=\"background:url('" + signed_as("x") + "')\">");
  expect_rewritten("<p style='a:url(/media/private/it\\&#39;s)'>",
                   "<p style='a:url(https://d1.cloudfront.net/private/it\\&#39;s?Signature=0)'>");
  expect_rewritten("<p style='a:url(/media/private/x'>",
                   "<p style='a:url(" + signed_as("x") + "'>");
}

TEST(HtmlRewriter, SignsUrlsInStyleElements) {
  expect_rewritten(
      "<style>a{b:url(/media/private/x)}</style><img alt='url(/media/private/x)'>",
      "<style>a{b:url(" + signed_as("x") + ")}</style><img alt='url(/media/private/x)'>");
  // What ends the element ends the URL, too.
  expect_rewritten("<style>a{b:url(/media/private/x</style>",
                   "<style>a{b:url(" + signed_as("x") + "</style>");
  expect_rewritten("<style>a{b:url(/media/private/x", "<style>a{b:url(" + signed_as("x"));
  expect_rewritten("<style>a{b:url(/media/private/</sty)}</style>",
                   "<style>a{b:url(" + signed_as("%3C/sty") + ")}</style>");
  // A second style sheet begins afresh.
  expect_rewritten("<style>'</style><style>url(/media/private/x)</style>",
                   "<style>'</style><style>url(" + signed_as("x") + ")</style>");
}

// --- what hides a link
// ------------------------------------------------------------------------------------------

TEST(HtmlRewriter, SeesNoLinkInTextThatIsNoMarkup) {
  const std::string image = "<img src='/media/private/x'>";
  for (const std::string_view name :
       {"title", "textarea", "xmp", "iframe", "noembed", "noframes", "script", "TITLE", "style"}) {
    const std::string element(name);
    const std::string hidden = "<" + element + ">" + image + "</" + element;
    expect_untouched(hidden);
    expect_untouched(hidden + "x>" + image);
    expect_rewritten(hidden + " >" + image, hidden + " ><img src='" + signed_as("x") + "'>");
  }
  expect_untouched("<plaintext>" + image + "</plaintext>" + image);
  expect_untouched("<!--" + image + "-->");
  expect_untouched("<!" + image.substr(0, image.size() - 1) + ">");
  expect_untouched("<script><!--<script>" + image + "</script>" + image + "--></script>");
}

TEST(HtmlRewriter, SeesLinksInNoscript) {
  expect_rewritten("<noscript><img src='/media/private/x'></noscript>",
                   "<noscript><img src='" + signed_as("x") + "'></noscript>");
}

TEST(HtmlRewriter, KnowsCdataOnlyInForeignContent) {
  const std::string image = "<img src='/media/private/x'>";
  const std::string done = "<img src='" + signed_as("x") + "'>";
  expect_rewritten("<![CDATA[ >" + image + "]]>", "<![CDATA[ >" + done + "]]>");
  expect_untouched("<svg><![CDATA[ >" + image + "]]></svg>");
  expect_untouched("<math><![CDATA[ >" + image + "]]>");
  expect_rewritten("<svg></svg><![CDATA[ >" + image, "<svg></svg><![CDATA[ >" + done);
  expect_rewritten("<svg/><![CDATA[ >" + image, "<svg/><![CDATA[ >" + done);
  expect_rewritten("<svg><foreignObject><![CDATA[ >" + image,
                   "<svg><foreignObject><![CDATA[ >" + done);
  expect_rewritten("<svg><div><![CDATA[ >" + image, "<svg><div><![CDATA[ >" + done);
  // A style or title of SVG is markup.
  expect_rewritten("<svg><style>" + image, "<svg><style>" + done);
}

// --- base
// -------------------------------------------------------------------------------------------------------

TEST(HtmlRewriter, ResolvesAgainstTheFirstBase) {
  expect_rewritten("<base href='https://media.example.com/private/'><base href='/'><img src=x>",
                   "<base href='https://media.example.com/private/'><base href='/'><img src=\"" +
                       signed_as("x") + "\">");
  expect_rewritten("<base target=_blank><base href=/media/><img src=private/x>",
                   "<base target=_blank><base href=/media/><img src=\"" + signed_as("x") + "\">");
}

TEST(HtmlRewriter, TakesPathPrefixesForThePagesOwnOriginWhateverTheBase) {
  expect_untouched("<base href='https://elsewhere.example/'><img src='/media/private/x'>");
  const std::string base = "<base href='https://elsewhere.example/'>";
  expect_rewritten(base + "<img src='https://www.example.com/media/private/x'>",
                   base + "<img src='" + signed_as("x") + "'>");
}

// --- batches, bounds, cuts
// --------------------------------------------------------------------------------------

TEST(HtmlRewriter, CoversARichPage) {
  const Rewritten run = rewrite(rich_page());
  EXPECT_EQ(run.copy, rich_page());
  EXPECT_EQ(run.counters.matched, 23U);
  EXPECT_EQ(run.counters.refused_reserved, 1U);
  EXPECT_EQ(run.counters.refused_path, 1U);
  EXPECT_EQ(run.counters.too_long, 0U);
  // What must not be found is named so.
  EXPECT_EQ(run.output.find("cloudfront.net/private/no."), std::string::npos);
}

TEST(HtmlRewriter, GivesTheSameWhereverTheDocumentIsCut) {
  const std::string document = rich_page();
  const Rewritten expected = rewrite(document);
  for (std::size_t cut = 1; cut < document.size(); ++cut) {
    const Rewritten run = rewrite(document, cut_at(cut));
    ASSERT_EQ(run.output, expected.output) << "cut at " << cut;
    ASSERT_EQ(run.copy, document) << "cut at " << cut;
  }
  for (std::size_t size = 1; size < 40; ++size) {
    ASSERT_EQ(rewrite(document, each(size)).output, expected.output) << "pieces of " << size;
  }
}

TEST(HtmlRewriter, GivesTheSameAtRandomCuts) {
  const std::uint64_t begin = seed();
  const std::string document = rich_page() + rich_page();
  const Rewritten expected = rewrite(document);
  for (std::uint64_t i = 0; i < 200; ++i) {
    ASSERT_EQ(rewrite(document, random_sizes(begin + i, 1 + i * 7)).output, expected.output)
        << "seed " << begin + i;
  }
}

TEST(HtmlRewriter, GivesTheSameForEveryBatchSize) {
  const Rewritten expected = rewrite(rich_page());
  for (std::size_t links = 1; links <= 30; ++links) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{13}, limits::scan_window}) {
      const Rewritten run = rewrite(rich_page(), each(size), {.links_per_batch = links});
      ASSERT_EQ(run.output, expected.output) << links;
      ASSERT_LE(run.most_links, links);
    }
  }
}

TEST(HtmlRewriter, StopsAtAFullBatchWithinOneValue) {
  std::string srcset;
  std::string style;
  std::string expected_srcset;
  std::string expected_style;
  for (int i = 0; i < 300; ++i) {
    const std::string name = std::to_string(i);
    srcset += "/media/private/" + name + "&#32;1x,";
    expected_srcset += signed_as(name) + "&#32;1x,";
    style += "a:url(/media/private/" + name + ");";
    expected_style += "a:url(" + signed_as(name) + ");";
  }
  const std::string document =
      "<img srcset='" + srcset + "' style='" + style + "'><style>" + style + "</style>.";
  const Rewritten run = rewrite(document);
  EXPECT_EQ(run.output, "<img srcset='" + expected_srcset + "' style='" + expected_style +
                            "'><style>" + expected_style + "</style>.");
  EXPECT_EQ(run.most_links, limits::links_per_batch);
  EXPECT_GE(run.scans, 900 / limits::links_per_batch);
}

TEST(HtmlRewriter, IsNotSlowedByTinyReads) {
  // Each byte of a held value is looked at once; were it once a read, this would not end in the
  // test's time.
  const std::string document = "<img srcset='" + std::string(limits::scan_window - 2, 'x') + "'>";
  std::string all;
  for (int i = 0; i < 8; ++i)
    all += document;
  const Rewritten run = rewrite(all, each(1));
  EXPECT_EQ(run.copy, all);
  EXPECT_FALSE(run.stuck);
}

TEST(HtmlRewriter, TakesAnEmptyDocumentAndACallAfterTheEnd) {
  HtmlRewriter rewriter(matcher(), page());
  Batch batch;
  EXPECT_EQ(rewriter.scan("", false, batch), 0U);
  EXPECT_EQ(rewriter.scan("<a href='x", true, batch), 10U);
  EXPECT_EQ(rewriter.scan("", true, batch), 0U);
  EXPECT_TRUE(batch.pieces.empty());
}

TEST(HtmlRewriter, LeavesOtherRulesAlone) {
  const LinkMatcher films =
      LinkMatcher::make({{"films", {"https://films.example.com/"}, "https://d2.cloudfront.net/"}})
          .value();
  const std::string document =
      "<img src='/media/private/x'><img src='https://d1.cloudfront.net/private/x'>";
  EXPECT_EQ(rewrite(document, whole(), {}, mark, films).output, document);
}

// What may be held while its end is awaited, and never ends.
TEST(HtmlRewriter, GetsOnWithWhateverNeverEnds) {
  const std::string letters(5 * limits::scan_window / 2, 'a');
  for (const std::string_view before : {"<style>a{}</",
                                        "<script></",
                                        "<script><!--<script></",
                                        "<title></",
                                        "<textarea></",
                                        "<style>a{}</style",
                                        "<style>a{background:url(",
                                        "<style>a{background:url('",
                                        "<style>/*",
                                        "<style>@import '",
                                        "<style>\\",
                                        "<meta property=og:image content=\"",
                                        "<meta content='",
                                        "<meta content=x property=\"",
                                        "<img src=",
                                        "<img src=\"",
                                        "<img src='/media/private/",
                                        "<img srcset=\"",
                                        "<img srcset=\"/media/private/a 1x, ",
                                        "<p style=\"color:",
                                        "<",
                                        "<img ",
                                        "<img x",
                                        "</",
                                        "</p ",
                                        "<!--",
                                        "<!",
                                        "<!doctype ",
                                        "<svg><![CDATA[",
                                        "<?",
                                        "&",
                                        "&#",
                                        "<a href=&",
                                        "<plaintext>",
                                        "<meta http-equiv=refresh content=\"0;url="}) {
    const std::string document = std::string(before) + letters + "</style><p>end";
    const Rewritten run = rewrite(document, each(4096));
    EXPECT_FALSE(run.stuck) << before;
    EXPECT_EQ(run.copy, document) << before;
  }
}

}  // namespace
}  // namespace signgate::rewrite
