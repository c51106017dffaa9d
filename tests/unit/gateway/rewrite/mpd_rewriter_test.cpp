// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/mpd_rewriter.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

// One rule, whose signatures open what begins alike.
const LinkMatcher& prefix_matcher() {
  static const LinkMatcher made =
      LinkMatcher::make({{.name = "photos",
                          .links = {"/media/private/"},
                          .target = "https://d1.cloudfront.net/private/",
                          .wildcard = true,
                          .prefix = true}})
          .value();
  return made;
}

Rewritten run_over(std::string_view document, const LinkMatcher& links = matcher()) {
  return rewrite_as(Format::mpd, document, whole(), {}, mark, links);
}

constexpr std::string_view manifest = R"(<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" xmlns:xlink="http://www.w3.org/1999/xlink"
  xsi:schemaLocation="/media/private/no">
<Location>%live.mpd~</Location><PatchLocation ttl="60"> <![CDATA[%patch~]]> </PatchLocation>
<ProgramInformation moreInformationURL="/media/private/no"><Title>/media/private/no</Title></ProgramInformation>
<BaseURL>/media/private/</BaseURL><BaseURL>/media/private/no</BaseURL>
<Period xlink:href="urn:mpeg:dash:resolve-to-zero:2013"><BaseURL> /media/private/p/ </BaseURL>
<AdaptationSet><BaseURL>/media/private/p/a/</BaseURL>
<Representation id="1"><BaseURL>%v1.mp4~</BaseURL><SegmentBase indexRange="0-1">
<Initialization range="0-1" sourceURL="%i1.mp4~"/><RepresentationIndex sourceURL='%x1~'/></SegmentBase></Representation>
<Representation id="2"><SegmentList><SegmentURL media="%s1.m4s~" index="%s1.idx~" mediaRange="0-1"/>
<BitstreamSwitching sourceURL="%b~"/></SegmentList>
<SegmentTemplate initialization="%init.mp4~" media="/media/private/$Number$.m4s"/></Representation>
</AdaptationSet></Period><Period xlink:href="https://media.example.com/public/x"/></MPD>
)";

TEST(MpdRewriter, SignsTheLinksOfAManifestAndNothingElse) {
  expect_rewriting(Format::mpd, manifest);
  EXPECT_EQ(run_over(original(manifest)).counters.refused_template, 1U);
}

TEST(MpdRewriter, ResolvesLinksAgainstTheBaseUrlsAroundThem) {
  constexpr std::string_view text =
      R"(<MPD><BaseURL>/media/</BaseURL><Period><BaseURL>private/p/</BaseURL>)"
      R"(<BaseURL>https://other.example.com/</BaseURL><AdaptationSet>)"
      R"(<Representation><BaseURL>r/</BaseURL><SegmentURL media="1"/></Representation>)"
      R"(<Representation><BaseURL>v.mp4</BaseURL><BaseURL>w.mp4</BaseURL></Representation>)"
      R"(<SegmentURL media="2"/></AdaptationSet></Period><Period><SegmentURL media="3"/>)"
      R"(<SegmentURL media="private/4"/></Period></MPD><SegmentURL media="private/5"/>)";
  const std::string expected =
      R"(<MPD><BaseURL>/media/</BaseURL><Period><BaseURL>private/p/</BaseURL>)"
      R"(<BaseURL>https://other.example.com/</BaseURL><AdaptationSet>)"
      R"(<Representation><BaseURL>r/</BaseURL>)"
      R"(<SegmentURL media="https://d1.cloudfront.net/private/p/r/1?Signature=0"/></Representation>)"
      R"(<Representation><BaseURL>https://d1.cloudfront.net/private/p/v.mp4?Signature=0</BaseURL>)"
      R"(<BaseURL>w.mp4</BaseURL></Representation>)"
      R"(<SegmentURL media="https://d1.cloudfront.net/private/p/2?Signature=0"/></AdaptationSet>)"
      R"(</Period><Period><SegmentURL media="3"/>)"
      R"(<SegmentURL media="https://d1.cloudfront.net/private/4?Signature=0"/></Period></MPD>)"
      R"(<SegmentURL media="private/5"/>)";
  EXPECT_EQ(run_over(text).output, expected);
  for (std::size_t cut = 1; cut < text.size(); ++cut)
    ASSERT_EQ(rewrite_as(Format::mpd, text, cut_at(cut)).output, expected) << cut;
}

TEST(MpdRewriter, SignsABaseUrlOnlyWhereItIsAFile) {
  const auto within = [](std::string_view element, std::string_view url) {
    const std::string text = "<" + std::string(element) + "><BaseURL>" + std::string(url) +
                             "</BaseURL></" + std::string(element) + ">";
    return run_over(text).counters.matched;
  };
  EXPECT_EQ(within("Representation", "/media/private/v.mp4"), 1U);
  EXPECT_EQ(within("AdaptationSet", "/media/private/v.mp4?x=/"), 1U);
  for (const std::string_view folder :
       {"/media/private/", "/media/private/?x", "/media/private/x/..", "/media/private/."}) {
    EXPECT_EQ(within("Representation", folder), 0U) << folder;
  }
  EXPECT_EQ(within("Period", "/media/private/v.mp4"), 0U);
  EXPECT_EQ(within("MPD", "/media/private/v.mp4"), 0U);
  EXPECT_EQ(run_over("<Representation><BaseURL byteRange=\"$base$?$first$\">/media/private/v.mp4"
                     "</BaseURL></Representation>")
                .counters.matched,
            0U);
}

TEST(MpdRewriter, TakesTemplatesOfRulesThatSignByPrefix) {
  constexpr std::string_view text =
      R"(<BaseURL>/media/private/</BaseURL><SegmentTemplate media="v/$RepresentationID$/$Number%05d$.m4s?a&amp;t=$Time$")"
      R"( initialization='v/i.mp4' index="v/$$/$Number$"/>)";
  Batch batch;
  MpdRewriter rewriter(prefix_matcher(), page());
  EXPECT_EQ(rewriter.scan(text, true, batch), text.size());
  ASSERT_EQ(batch.links.size(), 3U);
  EXPECT_EQ(batch.links[0].url,
            "https://d1.cloudfront.net/private/v/$RepresentationID$/$Number%05d$.m4s?a&t=$Time$");
  EXPECT_EQ(batch.links[0].shared, std::string_view("https://d1.cloudfront.net/private/v/").size());
  EXPECT_EQ(batch.links[1].shared, Link::no_template);
  EXPECT_EQ(batch.links[2].url, "https://d1.cloudfront.net/private/v/$$/$Number$");
  EXPECT_EQ(batch.links[2].shared, std::string_view("https://d1.cloudfront.net/private/v/").size());
  EXPECT_EQ(batch.links[0].context, LinkContext::manifest);
  // Of any other rule only what is no template.
  const Rewritten run = run_over(text);
  EXPECT_EQ(run.counters.matched, 1U);
  EXPECT_EQ(run.counters.refused_template, 2U);
}

TEST(MpdRewriter, LeavesATemplateAloneThatWouldNotBeWholeAsAUrl) {
  for (const std::string_view text :
       {R"(<SegmentTemplate media="/media/private/$RepresentationID$/../1"/>)",
        R"(<BaseURL>/media/private/$/</BaseURL><SegmentTemplate media="$Number$"/>)",
        R"(<BaseURL>/media/private/$/</BaseURL><SegmentTemplate media="1"/>)"}) {
    const Rewritten run = run_over(text, prefix_matcher());
    EXPECT_EQ(run.output, text);
    EXPECT_EQ(run.counters.refused_template, 1U) << text;
  }
}

TEST(MpdRewriter, LeavesRelativeLinksAloneBelowABaseThatIsUnknown) {
  for (const std::string_view base : {"urn:x", "&b;", "ftp://x/"}) {
    const std::string text = "<Period><BaseURL>" + std::string(base) +
                             "</BaseURL><SegmentURL media=\"/media/private/x\"/>"
                             "<SegmentURL media=\"https://media.example.com/private/x\"/></Period>"
                             "<SegmentURL media=\"/media/private/y\"/>";
    EXPECT_EQ(run_over(text).counters.matched, 2U) << base;
  }
}

TEST(MpdRewriter, CountsBaseUrlsToItsCapacityAndNoFurther) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
      text += "<a><BaseURL>/media/private/</BaseURL>";
    text += "<SegmentURL media=\"x\"/>";
    for (std::size_t i = 0; i < depth; ++i)
      text += "</a>";
    return text + "<SegmentURL media=\"/media/private/y\"/>";
  };
  EXPECT_EQ(run_over(nested(MpdRewriter::base_capacity)).counters.matched, 2U);
  EXPECT_EQ(run_over(nested(MpdRewriter::base_capacity + 1)).counters.matched, 1U);
}

TEST(MpdRewriter, LetsALinkGoThatIsTooLong) {
  const std::string x(40000, 'x');
  const std::string text = "<a><SegmentURL media=\"/media/private/" + x +
                           "\" index=\"/media/private/1\"/><Location>/media/private/" + x +
                           "</Location></a><a><BaseURL>/media/private/" + x +
                           "</BaseURL><SegmentURL media=\"2\"/></a>"
                           "<SegmentURL media=\"/media/private/3\" index=\"data:" +
                           x + "\"/>";
  const Rewritten run = rewrite_as(Format::mpd, text, each(1000));
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.copy, text);
  EXPECT_EQ(run.counters.too_long, 3U);
  EXPECT_EQ(run.counters.matched, 2U);
  EXPECT_EQ(run.output, run_over(text).output);
}

TEST(MpdRewriter, SignsWhatItCanOfWhatIsNotWellFormed) {
  for (const std::string_view text :
       {"<SegmentURL media=\"%1~\" <SegmentURL media=\"%2~\">", "</a></b><SegmentURL media='%1~'/>",
        "<Location>/media/private/no<b/>", "<BaseURL/><SegmentURL media=\"%1~\"/>",
        "<BaseURL>/media/<![CDATA[private/]]></BaseURL><SegmentURL media=\"private/no\"/>",
        "<SegmentURL media=\"/media/private/no<SegmentURL media=\"%1~\"/>"}) {
    expect_rewriting(Format::mpd, text);
  }
}

TEST(MpdRewriter, BeginsAnewAfterRestart) {
  MpdRewriter rewriter(matcher(), page());
  Batch batch;
  const std::string_view first = "<MPD><BaseURL>/media/private/</BaseURL><SegmentURL media=\"x";
  EXPECT_EQ(rewriter.scan(first, false, batch), first.size() - 1);
  rewriter.restart();
  const std::string_view text = "<SegmentURL media='y' index='/media/private/z'/>";
  EXPECT_EQ(rewriter.scan(text, true, batch), text.size());
  ASSERT_EQ(batch.links.size(), 1U);
  EXPECT_EQ(batch.links[0].url, "https://d1.cloudfront.net/private/z");
}

}  // namespace
}  // namespace signgate::rewrite
