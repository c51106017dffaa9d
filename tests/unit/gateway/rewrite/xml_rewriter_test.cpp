// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/xml_rewriter.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

Rewritten run_over(std::string_view document) {
  return rewrite_as(Format::xml, document);
}

// What becomes of a marked document.
std::string result(std::string_view text) {
  return run_over(original(text)).output;
}

// Nothing in it is changed.
void expect_untouched(std::string_view document) {
  EXPECT_EQ(run_over(document).output, document);
  EXPECT_EQ(rewrite_as(Format::xml, document, each(1)).output, document);
}

constexpr std::string_view rss =
    R"(<?xml version="1.0"?>
<!DOCTYPE rss SYSTEM "/media/private/no.dtd" [<!ENTITY x "<link>/media/private/no</link>">]>
<?xml-stylesheet href="/media/private/no.css"?>
<rss xmlns:media="/media/private/no" xmlns:href='/media/private/no' version="2.0"
  xsi:schemaLocation="/media/private/no /media/private/no" rdf:about="/media/private/no"><channel>
<!-- <link>/media/private/no</link> -->
<title>Pictures /media/private/no</title>
<link>
  %feed~ </link><image><url>%logo.png~</url></image>
<itunes:image href="%cover.jpg~"/><media:thumbnail url = '%t.jpg~' width="1"/>
<item><enclosure url="%a.mp3~" length="1" type="audio/mpeg"/><guid>%g~</guid>
<guid isPermaLink="false">/media/private/no</guid><x:id>/media/private/no</x:id>
<link><![CDATA[ %c~ ]]></link><comments>/media/private/no and more</comments>
<p>relative/link</p><p>/media/private/no<b/></p><p><b/>/media/private/no</p>
<description>&lt;p&gt;&lt;img src="%1.jpg~"&gt;/media/private/no&#60;a href='%2.jpg~'&gt;</description>
<content:encoded>  <![CDATA[<p>/media/private/no<img src="%3.jpg~" srcset="%4.jpg~ 1x, %5.jpg~ 2x"></p>]]>
</content:encoded><media:content url="%m.mp4~" medium="video"><media:title>x</media:title></media:content>
<t>&amp;lt;img src="/media/private/no"&gt;</t></item></channel></rss>
)";

TEST(XmlRewriter, SignsTheLinksOfAFeedAndNothingElse) {
  expect_rewriting(Format::xml, rss);
  EXPECT_EQ(run_over(original(rss)).counters.matched, 13U);
}

constexpr std::string_view atom =
    R"(<feed xmlns="http://www.w3.org/2005/Atom"><id>/media/private/no</id><logo>%logo~</logo>
<link rel="enclosure" href="%a.mp3~"/><id>tag:example.com,2026:/media/private/no</id>
<entry><content type="html">&lt;img src="%1~"&gt;</content><content src="%2~" type="image/png"/>
<summary>&lt;img src="/media/private/no"&gt;</summary>
<summary type="text">&lt;img src="/media/private/no"&gt;</summary>
<title type="html"><![CDATA[<img src="%3~">]]></title>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>/media/private/no</p>
<img src="%4~" srcset="%5~ 1x,%6~ 2x"/><pre>&lt;img src="/media/private/no"&gt;</pre></div></content>
<uri>%u~</uri></entry></feed>)";

TEST(XmlRewriter, KnowsWhatAtomHasAsText) {
  expect_rewriting(Format::xml, atom);
}

constexpr std::string_view svg =
    R"xml(<svg xmlns="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink">
<style type="text/css">.a{fill:url(%1~)} .b{fill:url('%2~')}</style>
<style><![CDATA[.c{background:url("%3~")}]]></style><text>/media/private/no</text>
<image l:href="%4~"/><use href="#a"/><rect style="fill:url(%5~);mask:url(&quot;%6~&quot;)"/>
<a href="%7~"><title>/media/private/no</title></a></svg>)xml";

TEST(XmlRewriter, KnowsTheStylesOfSvg) {
  expect_rewriting(Format::xml, svg);
}

TEST(XmlRewriter, TakesEveryLinkOfASitemap) {
  expect_rewriting(
      Format::xml,
      "<urlset><url><loc>%a~</loc><image:image><image:loc>%b~</image:loc></image:image>"
      "<video:video><video:content_loc>%c~</video:content_loc></video:video>"
      "<xhtml:link href=\"%d~\"/></url></urlset>");
}

TEST(XmlRewriter, WritesLinksInTheFormOfTheirPlace) {
  EXPECT_EQ(
      run_over("<a href='/media/private/x?a=1&amp;b=&apos;2'>/media/private/y?a&#38;b</a>").output,
      "<a href='https://d1.cloudfront.net/private/x?a=1&amp;b=%272&amp;Signature=0'>"
      "https://d1.cloudfront.net/private/y?a&amp;b&amp;Signature=0</a>");
  EXPECT_EQ(run_over("<a><![CDATA[/media/private/y?a&b]]></a>").output,
            "<a><![CDATA[https://d1.cloudfront.net/private/y?a&b&Signature=0]]></a>");
  EXPECT_EQ(run_over("<a>&lt;img src='/media/private/y?a&amp;amp;b'&gt;</a>").output,
            "<a>&lt;img src='https://d1.cloudfront.net/private/y?a&amp;amp;b&amp;amp;Signature=0'"
            "&gt;</a>");
  EXPECT_EQ(run_over("<a><![CDATA[<img src=/media/private/y>]]></a>").output,
            "<a><![CDATA[<img src=\"https://d1.cloudfront.net/private/y?Signature=0\">]]></a>");
}

TEST(XmlRewriter, KnowsWhichAttributesAreLinksInMarkupAlone) {
  constexpr std::string_view attributes =
      R"xml( style="a:url(%1~)" srcset="%2~ 1x" poster="%3~" action='%4~' data-src="%5~")xml";
  EXPECT_EQ(result("<svg" + std::string(attributes) + "/>"),
            rewritten("<svg" + std::string(attributes) + "/>"));
  expect_untouched(original("<a" + std::string(attributes) + " data='/media/private/no'/>"));
  EXPECT_EQ(result("<a rdf:resource='%1~' resource='/media/private/no' x:uri='%2~'/>"),
            rewritten("<a rdf:resource='%1~' resource='/media/private/no' x:uri='%2~'/>"));
}

TEST(XmlRewriter, GoesOnBehindTextThatCdataFollows) {
  expect_rewriting(Format::xml,
                   "<a>&lt;img src=\"%1~\"&gt;&lt;img src=\"%2~\"&gt;<![CDATA[<img src=\"%3~\">]]>"
                   "<![CDATA[<img src=\"%4~\">]]>&lt;img src=\"%5~\"&gt;</a>");
}

TEST(XmlRewriter, LeavesAloneWhatAnEntityOfTheDocumentStandsIn) {
  expect_untouched("<a href=\"/media/private/&id;\">/media/private/&id;</a>");
  expect_untouched("<svg srcset=\"/media/private/a 1x, /media/private/&id; 2x\"/>");
  expect_untouched("<a href=\"/media/private/a&b\"/>");
}

TEST(XmlRewriter, TakesATextForALinkOnlyAsAWhole) {
  expect_untouched("<a>/media/private/x y</a><a>x /media/private/x</a><a>media/private/x</a>");
  expect_untouched("<a>/media/private/x<!-- --></a><a><?p?>/media/private/x</a>");
  expect_untouched("<a>x<![CDATA[/media/private/x]]></a><a>/media/private/x");
  expect_untouched("/media/private/x");
  EXPECT_EQ(result("<a>https://media.example.com/private/x</a>"),
            "<a>https://d1.cloudfront.net/private/x?Signature=0</a>");
  EXPECT_EQ(result("<a>//films.example.com/x</a>"),
            "<a>https://d2.cloudfront.net/x?Signature=1</a>");
  // What begins as a link and is none may still hold HTML.
  EXPECT_EQ(result("<a>/ &lt;img src=\"%1~\"&gt;</a><b>/x&lt;img src=\"%2~\"&gt;</b>"),
            rewritten("<a>/ &lt;img src=\"%1~\"&gt;</a><b>/x&lt;img src=\"%2~\"&gt;</b>"));
}

TEST(XmlRewriter, ResolvesAttributesAgainstXmlBase) {
  constexpr std::string_view text =
      R"(<a xml:base="/media/private/b/"><b href="1" xml:base="c/"><c href="2"/>)"
      R"(<c>&lt;img src="3"&gt;</c></b><b href="4"/><d>&lt;img src="5"&gt;</d></a><a href="6"/>)";
  const std::string expected =
      R"(<a xml:base="/media/private/b/"><b href="https://d1.cloudfront.net/private/b/c/1?Signature=0")"
      R"( xml:base="c/"><c href="https://d1.cloudfront.net/private/b/c/2?Signature=0"/>)"
      R"(<c>&lt;img src="https://d1.cloudfront.net/private/b/c/3?Signature=0"&gt;</c></b>)"
      R"(<b href="https://d1.cloudfront.net/private/b/4?Signature=0"/>)"
      R"(<d>&lt;img src="https://d1.cloudfront.net/private/b/5?Signature=0"&gt;</d></a><a href="6"/>)";
  EXPECT_EQ(run_over(text).output, expected);
  for (std::size_t cut = 1; cut < text.size(); ++cut)
    ASSERT_EQ(rewrite_as(Format::xml, text, cut_at(cut)).output, expected) << cut;
}

TEST(XmlRewriter, LeavesRelativeLinksAloneBelowABaseThatIsUnknown) {
  for (const std::string_view base : {"urn:x", "&b;", "https://u@media.example.com/private/"}) {
    const std::string text = "<a xml:base=\"" + std::string(base) +
                             "\"><b href=\"/media/private/x\"/></a><a href=\"/media/private/y\"/>";
    const Rewritten run = run_over(text);
    EXPECT_EQ(run.counters.matched, 1U) << base;
    EXPECT_NE(run.output.find("private/y?Signature"), std::string::npos) << base;
  }
}

TEST(XmlRewriter, CountsBasesToItsCapacityAndNoFurther) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
      text += "<a xml:base=\"/media/private/\">";
    text += "<b href=\"x\"/><b href=\"https://media.example.com/private/x\"/>";
    for (std::size_t i = 0; i < depth; ++i)
      text += "</a>";
    return text + "<b href=\"/media/private/y\"/>";
  };
  EXPECT_EQ(run_over(nested(XmlRewriter::base_capacity)).counters.matched, 3U);
  EXPECT_EQ(run_over(nested(XmlRewriter::base_capacity + 1)).counters.matched, 2U);
}

TEST(XmlRewriter, HoldsTheBaseOfXhtml) {
  EXPECT_EQ(run_over("<html><base href=\"/media/private/\"/><img src=\"x\"/></html>").output,
            "<html><base href=\"/media/private/\"/>"
            "<img src=\"https://d1.cloudfront.net/private/x?Signature=0\"/></html>");
}

TEST(XmlRewriter, SignsWhatItCanOfWhatIsNotWellFormed) {
  for (const std::string_view text :
       {"<a href=\"%1~\" <b href=\"%2~\">", "</x></y><a href=\"%1~\"/>", "<a>< b><c href='%1~'/>",
        "<a href=/media/private/no><b href=\"%1~\"/>",
        "<a href=\"/media/private/no<b href=\"%1~\"/>",
        "<a>&lt;img src=\"%1~\"&gt; & &unknown; &lt;img src=\"%2~\"&gt;</a>"}) {
    expect_rewriting(Format::xml, text);
  }
}

TEST(XmlRewriter, LetsALinkGoThatIsTooLong) {
  const std::string x(limits::scan_window + 7000, 'x');
  const std::string text =
      "<a href=\"/media/private/" + x + "\" src=\"/media/private/1\">" + "<b>/media/private/" + x +
      "</b><c href=\"data:" + x + "\"/><svg style=\"" + x + "\"><e srcset=\"" + x + "\"/></svg>" +
      "<f>https://" + x + "&lt;img src=\"/media/private/2\"&gt;</f><g href=\"/media/private/3\"/>";
  const Rewritten run = rewrite_as(Format::xml, text, each(1000));
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.copy, text);
  EXPECT_EQ(run.counters.too_long, 5U);
  EXPECT_EQ(run.counters.matched, 3U);
  EXPECT_EQ(run.output, run_over(text).output);
}

TEST(XmlRewriter, LetsTheLinksOfATagGoThatIsTooLong) {
  const std::string text = "<a href=\"/media/private/1\" b=\"" +
                           std::string(limits::scan_window + 7000, 'x') +
                           "\" src=\"/media/private/2\"/><a href=\"/media/private/3\"/>";
  for (const Sizes& sizes : {whole(), each(999)}) {
    const Rewritten run = rewrite_as(Format::xml, text, sizes);
    EXPECT_FALSE(run.stuck);
    EXPECT_EQ(run.copy, text);
    EXPECT_EQ(run.counters.too_long, 1U);
    EXPECT_EQ(run.counters.matched, 2U);
  }
}

TEST(XmlRewriter, StreamsHtmlOfAnyLength) {
  for (const bool cdata : {false, true}) {
    const std::string_view part = cdata ? "<p>text</p><img src=\"/media/private/x\">"
                                        : "&lt;p&gt;text &lt;img src=\"/media/private/x\"&gt;";
    std::string text = cdata ? "<a><![CDATA[" : "<a>";
    std::size_t links = 0;
    for (; text.size() < 5 * limits::scan_window; ++links)
      text += part;
    text += cdata ? "]]></a>" : "</a>";
    const Rewritten run = rewrite_as(Format::xml, text, each(1500));
    EXPECT_EQ(run.copy, text);
    EXPECT_EQ(run.counters.matched, links);
    EXPECT_LT(run.most_held, 200U);
  }
}

TEST(XmlRewriter, LetsGoOfALinkWhoseEscapesFillTheWindow) {
  std::string text = "<a>&lt;img srcset=\"/media/private/a 1x,";
  for (std::size_t i = 0; i < limits::scan_window; ++i)
    text += "&amp;";
  text += "\"&gt;&lt;img src=\"/media/private/b\"&gt;</a>";
  const Rewritten run = rewrite_as(Format::xml, text, each(4096));
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.copy, text);
  EXPECT_EQ(run.output.find("private/a?Signature"), std::string::npos);
  EXPECT_NE(run.output.find("private/b?Signature"), std::string::npos);
}

TEST(XmlRewriter, HoldsNothingBackThatCannotBeALink) {
  XmlRewriter rewriter(matcher(), page());
  Batch batch;
  const std::string_view text = "<a title=\"/media/pri";
  EXPECT_EQ(rewriter.scan(text, false, batch), text.size());
  const std::string_view more = "\">some words &amp; ";
  EXPECT_EQ(rewriter.scan(more, false, batch), more.size());
}

TEST(XmlRewriter, BeginsAnewAfterRestart) {
  XmlRewriter rewriter(matcher(), page());
  Batch batch;
  const std::string_view first = "<svg xml:base=\"/media/private/\"><a href=\"/media";
  EXPECT_EQ(rewriter.scan(first, false, batch), first.size() - 6);
  rewriter.restart();
  const std::string_view text = "<a>/media/private/y</a><b href=\"z\"/>";
  EXPECT_EQ(rewriter.scan(text, true, batch), text.size());
  ASSERT_EQ(batch.links.size(), 1U);
  EXPECT_EQ(batch.links[0].url, "https://d1.cloudfront.net/private/y");
  EXPECT_EQ(batch.links[0].context, LinkContext::xml);
}

}  // namespace
}  // namespace signgate::rewrite
